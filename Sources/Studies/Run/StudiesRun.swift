import Archive
import Basics
import Foundation
import LinearAlgebra
import MessagePassing
import Runs
import Tokenizers
import Transformer

/// The run of all studies of a configuration over ranks, from the journal to the file.
public struct StudiesRun {
  /// How a run ended.
  public struct Summary: Sendable {
    /// Why it stopped early; nil where the file is whole.
    public let stopReason: String?
    /// What was found, in sentences, by study.
    public let sentences: [(study: String, sentences: [String])]
    /// Seconds of this start.
    public let seconds: Double
  }

  /// Bytes of a rank beyond the mapped weights by default.
  public static let usualMemory = 1 << 30

  private let prepared: PreparedStudies
  private let run: Run
  private let panelTokens: Int

  /// A start of studies; `memory` bounds the bytes of a rank's panels and changes no result. Collective.
  public init(_ prepared: PreparedStudies, output: RunOutput, settings: RunSettings, memory: Int, _ world: Communicator)
    throws
  {
    self.prepared = prepared
    try world.agree { try StudyOutput.checkFiles(of: prepared.configuration, beside: output.path) }
    run = try Run(output: output, settings: settings, communicator: world)
    panelTokens = prepared.panelTokens(memory: memory)
  }

  /// The pieces that earlier starts finished. Collective.
  public func piecesBefore() throws -> Int { try run.journal.pieceCount(run.communicator) }

  /// Makes all studies and writes the file, which gets its name when it is whole. `progress` is called on rank 0.
  /// Collective.
  public func findings(progress: @escaping (StudyStages.Progress) -> Void) throws -> Summary {
    let begun = ContinuousClock.now
    try run.noteStart(piecesBefore: try piecesBefore())
    let stages = StudyStages(run, plannedOperations: prepared.cost.operations, report: progress)
    let model = prepared.model
    let pass = ForwardPass(
      model: model, positionCount: model.shape.studyContext, threads: run.settings.threads)
    let ground = StudyGround(
      pass, texts: prepared.texts, tokenizer: prepared.tokenizer, stages: stages,
      panelTokens: panelTokens)
    var found: [StudyFindings] = []
    do {
      for study in prepared.configuration.studies {
        stages.study = type(of: study).name
        found.append(try study.findings(on: ground))
      }
    } catch let stop as StudyStages.Stop {
      if run.communicator.rank == 0 { run.output.setAside() }
      return Summary(stopReason: stop.reason, sentences: [], seconds: (ContinuousClock.now - begun).seconds)
    }
    // The journal goes when the file is whole, and all ranks must have read it by then.
    try run.communicator.barrier()
    try write(found)
    return Summary(
      stopReason: nil, sentences: found.map { ($0.group.name, $0.group.findings) },
      seconds: (ContinuousClock.now - begun).seconds)
  }

  // MARK: The file

  private func write(_ found: [StudyFindings]) throws {
    try run.communicator.agree {
      guard run.communicator.rank == 0 else { return }
      try run.output.filling {
        try StudyWriter.write(
          provenance, starts: starts, studies: found.map(\.group), units: StudyFindings.unitGroups(of: found),
          to: run.output.temporaryPath)
        try StudyOutput.write(found.flatMap(\.masks), of: run.output.modelSHA256, beside: run.output.path)
        try StudyOutput.write(found.flatMap(\.files), beside: run.output.path)
      }
      try run.output.publish()
    }
  }

  private var provenance: StudyProvenance {
    var provenance = StudyProvenance(
      locusVersion: run.settings.locusVersion, created: Date.now.formatted(.iso8601),
      configuration: prepared.configuration.bytes, commandLine: run.settings.commandLine,
      modelName: prepared.modelName, modelSHA256: run.output.modelSHA256, planSHA256: run.output.planSHA256,
      ranks: run.communicator.size, threads: run.settings.threads, blas: "\(BLAS.description) core \(BLAS.coreName)")
    provenance.masks = prepared.masks.map(\.identity)
    provenance.headCount = prepared.model.shape.attention?.headCount
    return provenance
  }

  private var starts: [RunStart] {
    get throws {
      try run.output.journal.starts().map {
        RunStart(
          time: $0.time, commandLine: $0.commandLine, hosts: $0.hosts.joined(separator: ","), job: $0.job,
          ranks: $0.ranks, threads: $0.threads, unitsBefore: $0.unitsBefore)
      }
    }
  }
}

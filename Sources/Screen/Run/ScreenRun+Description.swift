import Archive
import CKernels
import Foundation
import Inputs
import LinearAlgebra
import MessagePassing
import Perturbations
import Runs
import Transformer

extension ScreenRun {
  /// What the results file says besides the phenotypes.
  func describe(_ shared: NodeBaselines, starts: [StartRecord]) -> ScreenDescription {
    let configuration = screen.configuration
    var description = ScreenDescription(
      inputs: screen.inputs.map {
        ScreenDescription.Input(
          id: $0.id, task: $0.task, prompt: $0.prompt, tokens: $0.tokens, answer: $0.answer ?? "",
          choices: $0.choices ?? [], answerChoice: $0.answerChoice.map(UInt8.init) ?? LetterChoice.none)
      },
      baseline: zip(shared.baselines, screen.inputs).map { baseline, input in
        ScreenDescription.Continuation(
          tokens: baseline.continuation, text: screen.text(of: baseline.continuation, after: baseline.prompt),
          margins: baseline.margins, choice: baseline.choice(among: input.letters))
      },
      mutationCount: screen.plan.positions(of: units).count, unitCount: units.count, stepCount: configuration.stepCount,
      componentCount: screen.recording.componentCount(hiddenSize: screen.model.shape.hiddenSize),
      recording: screen.recording, choiceProtocol: screen.choiceProtocol,
      shapes: MatrixShapes(screen.model.shape, outer: screen.plan.outerMatrices), drive: shared.drive,
      vocabulary: screen.vocabulary,
      provenance: Provenance(
        locusVersion: settings.locusVersion, created: Date.now.formatted(.iso8601),
        configuration: configuration.bytes, commandLine: settings.commandLine, modelName: screen.modelName,
        modelSHA256: output.run.modelSHA256, planSHA256: output.run.planSHA256,
        rowOrder: screen.model.shape.rowOrder.rawValue, ranks: communicator.size,
        threads: settings.threads, blas: "\(BLAS.description) core \(BLAS.coreName)",
        mpi: Session.libraryVersion, instructionSet: String(cString: locus_instruction_set()),
        seed: configuration.seed, temperature: configuration.temperature,
        part: output.part?.provenance(positions: screen.plan.positions(of: units), plan: screen.plan)),
      parameters: screen.plan.parameters,
      starts: starts.map {
        RunStart(
          time: $0.time, commandLine: $0.commandLine, hosts: $0.hosts.joined(separator: ","), job: $0.job,
          ranks: $0.ranks, threads: $0.threads, unitsBefore: $0.unitsBefore)
      })
    description.provenance.masks = screen.masks.map(\.identity)
    description.hasTextStrings = configuration.hasTextStrings
    return description
  }

  /// Writes, once for all starts, what it takes to look at a part of the results; rank 0 does. It is for people: where
  /// it cannot be written, writing the journal will fail with a clearer error.
  func writeOutline(to folder: JournalFolder, baselines: NodeBaselines) {
    guard communicator.rank == 0, !FileManager.default.fileExists(atPath: folder.outlinePath) else { return }
    let plan = screen.plan
    let first = plan.positions(of: units).lowerBound
    let runs = plan.units[units].map { $0.positions.lowerBound - first..<$0.positions.upperBound - first }
    try? ScreenOutline.write(describe(baselines, starts: []), units: runs, to: folder.outlinePath) { rows in
      rows.map { plan.mutation(at: first + $0) }
    }
  }
}

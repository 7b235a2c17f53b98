import Archive
import CKernels
import Foundation
import Journal
import LinearAlgebra
import MessagePassing
import Mutagenesis

extension ScreenRun {
  /// What the results file says besides the phenotypes.
  func describe(_ shared: NodeBaselines, starts: [StartRecord]) -> ScreenDescription {
    let configuration = screen.configuration
    return ScreenDescription(
      inputs: screen.inputs.map {
        ScreenDescription.Input(id: $0.id, task: $0.task, prompt: $0.prompt, tokens: $0.tokens)
      },
      baseline: shared.baselines.map {
        ScreenDescription.Continuation(
          tokens: $0.continuation, text: screen.text(of: $0.continuation, after: $0.prompt), margins: $0.margins)
      },
      mutationCount: screen.plan.positions(of: units).count, unitCount: units.count, stepCount: configuration.stepCount,
      componentCount: configuration.recording.componentCount(hiddenSize: screen.model.configuration.hiddenSize),
      recording: configuration.recording, drive: shared.drive, vocabulary: screen.vocabulary,
      provenance: Provenance(
        locusVersion: circumstances.locusVersion, created: Date.now.formatted(.iso8601),
        configuration: configuration.bytes, commandLine: circumstances.commandLine, modelName: screen.modelName,
        modelSHA256: output.modelSHA256, planSHA256: output.planSHA256,
        rowOrder: screen.model.configuration.rowOrder.rawValue, ranks: communicator.size,
        threads: circumstances.threads, blas: "\(BLAS.description) core \(BLAS.coreName)",
        mpi: Session.libraryVersion, instructionSet: String(cString: locus_instruction_set()),
        part: output.part?.provenance(positions: screen.plan.positions(of: units), plan: screen.plan)),
      starts: starts.map {
        ScreenDescription.Start(
          time: $0.time, commandLine: $0.commandLine, hosts: $0.hosts.joined(separator: ","), job: $0.job,
          ranks: $0.ranks, threads: $0.threads, unitsBefore: $0.unitsBefore)
      })
  }
}

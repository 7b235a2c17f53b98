import Archive
import CKernels
import Foundation
import LinearAlgebra
import MessagePassing
import Perturbations
import Runs
import Transformer

extension ForecastRun {
  /// What the file says besides its numbers.
  func outline(of baselines: [Baseline]) throws -> ForecastOutline {
    ForecastOutline(
      screen: try description(of: baselines), probeCount: screen.configuration.forecast.probeCount,
      seed: screen.configuration.seed, grids: plan.grids)
  }

  private func description(of baselines: [Baseline]) throws -> ScreenDescription {
    ScreenDescription(
      inputs: screen.inputs.map {
        ScreenDescription.Input(
          id: $0.id, task: $0.task, prompt: $0.prompt, tokens: $0.tokens, answer: $0.answer ?? "",
          choices: $0.choices ?? [], answerChoice: $0.answerChoice.map(UInt8.init) ?? LetterChoice.none)
      },
      baseline: baselines.map { baseline in
        ScreenDescription.Continuation(
          tokens: baseline.continuation, text: screen.text(of: baseline.continuation, after: baseline.prompt),
          margins: baseline.margins)
      },
      mutationCount: plan.mutations.mutationCount, unitCount: 0, stepCount: screen.configuration.stepCount,
      componentCount: 0, recording: RecordedColumns(names: []), shapes: MatrixShapes(screen.model.shape),
      provenance: provenance, parameters: plan.mutations.parameters,
      starts: try output.journal.starts().map {
        RunStart(
          time: $0.time, commandLine: $0.commandLine, hosts: $0.hosts.joined(separator: ","), job: $0.job,
          ranks: $0.ranks, threads: $0.threads, unitsBefore: $0.unitsBefore)
      })
  }

  private var provenance: Provenance {
    Provenance(
      locusVersion: settings.locusVersion, created: Date.now.formatted(.iso8601),
      configuration: screen.configuration.bytes, commandLine: settings.commandLine, modelName: screen.modelName,
      modelSHA256: output.modelSHA256, planSHA256: output.planSHA256, rowOrder: screen.model.shape.rowOrder.rawValue,
      ranks: communicator.size, threads: settings.threads, blas: "\(BLAS.description) core \(BLAS.coreName)",
      mpi: Session.libraryVersion, instructionSet: String(cString: locus_instruction_set()),
      seed: screen.configuration.seed, temperature: screen.configuration.temperature)
  }
}

import Foundation
import Testing
import TestSupport

/// Weights that shrink or go while a screen uses them.
@Suite(.serialized) struct VanishingFileTests {
  /// A screen of minutes.
  private static let long = """
    model: model
    inputs: \(Places.demo)/inputs.jsonl
    continuation:
      tokens: 32
    mutations:
      region: [16, 16]

    """

  struct Moment: Sendable {
    let ranks: Int?
    /// What standard error says when the file shrinks.
    let words: String
  }

  @Test(arguments: [Moment(ranks: nil, words: " unit "), Moment(ranks: 2, words: "generating the baseline")])
  func aFileThatShrinksIsNamed(_ moment: Moment) throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", VanishingFileTests.long)
      let running = try bench.start(ranks: moment.ranks)
      #expect(running.wait { $0.errors.contains(moment.words) }, "\(running.errors)")
      let weights = bench.path("model/model.safetensors")
      #expect(truncate(weights, 4096) == 0)
      let outcome = running.wait()
      #expect(outcome.status == 1, "\(outcome.errors)")
      // Several ranks may come upon it before the first ends the job, and the first rank, where it is not the one that
      // came upon it, may hear of that by a signal, of which it says what is safe.
      let sentence =
        "locus: cannot read '\(weights)': it shrank or its storage failed while it was in use; "
        + "restore the file and run the same command again"
      let complaints = Set(outcome.complaints)
      let notices = complaints.filter { $0.hasPrefix("locus: stopping on SIGTERM: ") }
      #expect(notices.count <= (moment.ranks == nil ? 0 : 1), "\(outcome.errors)")
      #expect(complaints.subtracting(notices) == [sentence], "\(outcome.errors)")
      #expect(try !bench.names().contains("out.h5"))
    }
  }

  @Test(arguments: [nil, 2]) func aFileThatIsDeletedLivesOn(_ ranks: Int?) throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", Workbench.configuration.replacing("sample: 70", with: "sample: 3000"))
      let running = try bench.start(ranks: ranks)
      #expect(running.wait { $0.errors.contains("generating the baseline") }, "\(running.errors)")
      try FileManager.default.removeItem(atPath: bench.path("model/model.safetensors"))
      let outcome = running.wait()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("3,000 mutations × 2 inputs"))
      #expect(try bench.names().contains("out.h5"))
    }
  }
}

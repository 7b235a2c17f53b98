import Foundation
import Testing
import TestSupport

/// What commands make of `masks:` in the configuration of a screen.
@Suite(.serialized) struct MaskTests {
  private static let demoSHA256 = "ebd6a713071de0da293a146b689fe03bb28c22f01d06f8338de2f6a2efe1e9c7"

  private func mask(_ digest: String = demoSHA256, width: Int = 384, units: String = "[0, 7], [], [1], [383]") -> String
  {
    """
    {"format": "locus-mask", "version": 1, "model_sha256": "\(digest)", "site": "mlp_pre_out", "layers": 4,
     "width": \(width), "units": [\(units)]}
    """
  }

  private func run(_ mask: String, _ body: (Workbench) throws -> Void) throws {
    try Workbench.run { (bench) throws in
      try bench.write("pruned.json", mask)
      try bench.write("screen.yaml", Workbench.configuration + "masks: [pruned.json]\n")
      try body(bench)
    }
  }

  @Test func theMaskIsNamedWhereverTheScreenIs() throws {
    try run(mask()) { (bench) throws in
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      let line = "\nmask          \(bench.path("pruned.json")): 4 of 1,536 units of mlp_pre_out are zero\n"
      #expect(plan.status == 0 && plan.output.contains(line), "\(plan.output)\(plan.errors)")
      let screen = try bench.screen()
      #expect(screen.status == 0, "\(screen.errors)")
      let inspected = try Program.locus.run(["inspect", bench.path("out.h5")]).output
      let words = "4 of 1,536 units of mlp_pre_out are zero, by the mask with the SHA-256 "
      #expect(inspected.contains(words) && !inspected.contains("pruned.json"), "\(inspected)")
      #expect(try Program.locus.run(["analyze", bench.path("out.h5")]).status == 0)
      let report = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("page")])
      #expect(report.status == 0, "\(report.errors)")
      #expect(try String(contentsOfFile: bench.path("page/index.html"), encoding: .utf8).contains(words))
      // The states that texts are classified by would be those of the model without its mask.
      let model = try Program.locus.run(["analyze", bench.path("out.h5"), "--model", bench.path("model")])
      #expect(model.status == 2 && model.complaints.count == 1 && model.errors.contains("leave out --model"))
    }
  }

  @Test(arguments: [
    (
      demoSHA256, 385, "[], [], [], []",
      "it is of 4 layers of 385 units at mlp_pre_out, and this model has 4 layers of 384"
    ),
    (String(repeating: "ab", count: 32), 384, "[], [], [], [5]", "its units are those of another model"),
    (demoSHA256, 384, "[], [], [], [384]", "units is not a list of 4 lists"),
  ])
  func aMaskThatDoesNotFitIsRefused(digest: String, width: Int, units: String, words: String) throws {
    try run(mask(digest, width: width, units: units)) { (bench) throws in
      let before = try bench.names()
      let outcome = try bench.screen()
      #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.output)")
      #expect(outcome.complaints.count == 1 && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(try bench.names() == before, "nothing is written")
    }
  }

  @Test(arguments: [
    ("masks: pruned.json", "masks: 'pruned.json' is not a list; use a list of files, such as [pruned.json]"),
    ("masks: []", "the list is empty; use a list of files, such as [pruned.json]"),
    ("masks: [absent.json]", "absent.json"), ("masks: [model]", "model"),
  ])
  func whatIsNoListOfMasksIsRefused(line: String, words: String) throws {
    try run(mask()) { (bench) throws in
      try bench.write("screen.yaml", Workbench.configuration + line + "\n")
      for outcome in [try bench.screen(), try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])] {
        #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
    }
  }
}

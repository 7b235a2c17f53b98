import Foundation
import Testing
import TestSupport

/// Values of options, as people write them.
@Suite struct OptionValueTests {
  private func plan(_ options: [String]) throws -> Program.Outcome {
    try Program.locus.run(["plan", Places.root + "/configs/demo.yaml", "--speed", "100", "--request"] + options)
  }

  @Test(arguments: ["3h", "3.0", "3", "3h0m", "180m", "3:00:00", "0-03:00:00"])
  func hoursAreHoursOrTimes(text: String) throws {
    let outcome = try plan(["--hours", text, "--speed", "0.01"])
    #expect(outcome.status == 0 && outcome.output.contains("--time=3:00:00"), "\(text): \(outcome)")
  }

  @Test(arguments: ["3x", "0", "-1", "h", "nan", "inf"])
  func otherHoursAreRefused(text: String) throws {
    let outcome = try plan(["--hours=\(text)"])
    #expect(outcome.status == 2 && outcome.errors.contains("12") && outcome.errors.contains("3h30m"), "\(outcome)")
  }

  @Test(arguments: ["1G", "1g", "1 GB", "1GiB", "1.5gb", "900M", "1000000000", "2T"])
  func memoryHasUsualUnits(text: String) throws {
    let outcome = try plan(["--memory", text])
    #expect(outcome.status == 0, "\(text): \(outcome.errors)")
  }

  @Test func otherMemoryIsRefusedWithWhatToWrite() throws {
    for (text, words) in [
      ("2", "that is 2 B, in which nothing fits; write 2GB"), ("2K", "write 2GB"), ("2GX", "KiB, MiB, GiB, TiB"),
      ("much", "one of B, KB, MB"), ("-1G", "such as 2GB"), ("1e9", "such as 2GB"),
      ("1.2.3G", "such as 2GB"), ("9999999999T", "no machine"),
    ] {
      let outcome = try plan(["--memory=\(text)"])
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(text): \(outcome.errors)")
    }
  }

  @Test func partsSayWhatToWrite() throws {
    for (text, words) in [
      ("3", "write --part 3/8"), ("0/4", "write --part 1/4"), ("5/4", "write --part 4/4"), ("a/b", "such as 2/8"),
      ("1/2/3", "such as 2/8"),
    ] {
      let outcome = try Program.locus.run(["screen", "any.yaml", "--output", "any.h5", "--part", text])
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(text): \(outcome.errors)")
    }
  }

  @Test func moreJobsThanUnitsAreRefused() throws {
    let outcome = try plan(["--parts", "100000"])
    #expect(outcome.status == 2 && outcome.errors.contains("choose at most"), "\(outcome.errors)")
  }

  @Test func nodesComeInStepsAndNeedUnits() throws {
    var nodes: Set<Int> = []
    for speed in ["10", "1", "0.1", "0.03", "0.001"] {
      let outcome = try plan(["--cores-per-node", "2", "--hours", "0.01", "--speed", speed])
      let found = try #require(outcome.output.firstMatch(of: #/--nodes=(\d+) /#), "\(outcome)")
      nodes.insert(try #require(Int(found.1)))
    }
    let units = try #require(
      Program.locus.run(["plan", Places.root + "/configs/demo.yaml", "--speed", "100"]).output.firstMatch(
        of: #/units +([\d,]+)/#))
    let most = (Int(units.1.replacing(",", with: "")) ?? 0) / 2
    #expect(nodes.allSatisfy { [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, most].contains($0) })
    #expect(nodes.contains(most), "\(nodes) of \(most)")
  }
}

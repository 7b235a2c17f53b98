import Archive
import Foundation
import Screen
import Testing
import TestSupport

/// Where changes are small, what mutants do is what was foretold of them.
struct SmallChangeTests {
  @Test func smallChangesDoWhatIsForetold() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      // A thousandth more of each weight of a region.
      let configuration = try tiny.write(
        "{region: [8, 8], kinds: [scale: 1.001]}", forecast: "{probes: 400, sizes: none}")
      let screen = try PreparedScreen(configurationPath: configuration)
      let exact = try TinyForecast.exact(screen)
      try tiny.run(configuration) { file in
        let rows = 0..<file.summary.mutationCount
        let (divergence, loss) = (try file.values(.divergence, rows), try file.values(.lossChange, rows))
        let ratios = zip(divergence, exact.divergence).filter { $1 > 1e-11 }.map { $0 / $1 }.sorted()
        // A probe's square has a relative deviation of up to √2: 7 % are left of 400, and much less in the median.
        #expect(ratios.count > rows.count && abs(ratios[ratios.count / 2] - 1) < 0.03, "\(ratios)")
        #expect(ratios.allSatisfy { $0 > 0.5 && $0 < 2 })
        let scale = (exact.lossChange.reduce(0) { $0 + $1 * $1 } / Float(exact.lossChange.count)).squareRoot()
        for (own, right) in zip(loss, exact.lossChange) {
          #expect(abs(own - right) < 0.05 * max(abs(right), scale))
        }
      }
    }
  }
}

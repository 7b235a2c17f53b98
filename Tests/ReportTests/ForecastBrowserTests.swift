import Archive
import Foundation
import Report
import Testing
import TestSupport

/// The maps of a forecast, from matrix to weight, in a real browser.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct ForecastBrowserTests {
  /// Writes a forecast and its page, and carries out commands there.
  private func open(_ forecast: SyntheticForecast, _ body: (String, ReportBench) throws -> Void) throws {
    try ReportBench.run { bench in
      try forecast.write(bench.path("forecast.h5"))
      let file = try ForecastFile(path: bench.path("forecast.h5"))
      _ = try Report(of: file, folder: bench.path("page"), palette: .paper, program: "1.2.3").write()
      try file.close()
      try body(bench.path("page/index.html"), bench)
    }
  }

  private static let spots: [SyntheticForecast.Spot] = [
    .init(layer: 1, matrix: .down, kind: .negate, row: 10, column: 26, divergence: 0.5),
    .init(layer: 0, matrix: .q, kind: .zero, row: 31, column: 0, divergence: 0.02),
  ]

  @Test func aMatrixOpensDownToItsWeights() throws {
    try open(SyntheticForecast(spots: Self.spots)) { page, bench in
      let point = ["read", "#zoom-point"]
      let outcome = try Browser.open(
        page,
        ["read", "#zoom-matrix-title", "read", "#zoom-region-title"] + point
          // The region that is open already, of 3 × 5, and its parts.
          + ["click", "#zoom-matrix", "0.7", "0.5", "type", "Enter"] + point + ["type", "ArrowLeft"] + point
          + ["type", "Escape", "type", "ArrowRight"] + point
          // Another matrix; its last row of parts.
          + ["click", "#zoom-maps button[aria-label='layer 0 q']", "0.5", "0.5", "evaluate", Self.choose(0)] + point
          + ["click", "#zoom-matrix", "0.1", "0.9", "click", "#zoom-region", "0.1", "0.9"] + point
          + ["dark", "print", bench.path("page.pdf")])
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      let down = "negate of layer 1 down, "
      #expect(
        outcome.found == [
          "layer 1 down, 24 × 40", "rows 8–15, columns 24–31",
          down + "rows 8–15, columns 24–31: predicted divergence about 0.5 nats",
          down + "rows 10–11, columns 26–27: predicted divergence about 0.5 nats",
          down + "rows 10–11, columns 24–25: predicted divergence at most 0.000005 nats",
          down + "rows 8–15, columns 32–39: predicted divergence at most 0.000005 nats", nil,
          "zero of layer 0 q, rows 0–7, columns 0–7: predicted divergence at most 0.000005 nats",
          "zero of layer 0 q, rows 30–31, columns 0–1: predicted divergence about 0.019 nats",
        ], "\(outcome.found)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path("page.pdf"))).starts(with: Data("%PDF".utf8)))
    }
  }

  /// Chooses a kind by its place.
  private static func choose(_ place: Int) -> String {
    """
    (() => { const select = document.querySelector('#zoom-choice'); select.value = \(place);
      select.dispatchEvent(new Event('change')); })()
    """
  }

  @Test func pixelsAreWhatTheFileHas() throws {
    try open(SyntheticForecast(spots: Self.spots)) { page, _ in
      let pixels = """
        (() => { const { width, height } = document.querySelector('#zoom-matrix');
          const context = document.querySelector('#zoom-matrix').getContext('2d');
          const { data } = context.getImageData(0, 0, width, height);
          const colours = [...Array(width * height)].map((_, place) => data.slice(4 * place, 4 * place + 3).join());
          const style = getComputedStyle(document.documentElement);
          const role = (name) => style.getPropertyValue('--' + name).trim().match(/\\w\\w/g)
            .map(text => parseInt(text, 16)).join();
          const dark = colours.flatMap((colour, place) => colour === role('ink') ? [place] : []);
          const light = colours.filter(colour => colour === role('silent')).length;
          return [width, height].join() + ' ' + dark.join() + ' ' + light; })()
        """
      let outcome = try Browser.open(page, "evaluate", pixels, "dark", "evaluate", pixels)
      #expect(outcome.found == ["5,3 8 14", "5,3 8 14"], "\(outcome)")
      #expect(outcome.problems.allSatisfy { $0.contains("willReadFrequently") }, "\(outcome.problems)")
    }
  }

  @Test func aTableOpensItsRegions() throws {
    try open(SyntheticForecast(spots: Self.spots)) { page, _ in
      // The second row of the table of parts, which is the last.
      let outcome = try Browser.open(
        page, "click", ".table:last-of-type tr:nth-child(2) [data-place]", "0.5", "0.5", "read", "#zoom-point",
        "evaluate", "document.querySelector('#zoom-choice').selectedOptions[0].textContent")
      #expect(
        outcome.found == ["zero of layer 0 q, rows 30–31, columns 0–1: predicted divergence about 0.019 nats", "zero"],
        "\(outcome.found)")
      #expect(outcome.problems.isEmpty, "\(outcome.problems)")
    }
  }

  /// 3.3 million weights, of which a page has room for 3.1 million.
  @Test func ofALargeModelWhatDivergesMostOpens() throws {
    let forecast = SyntheticForecast(
      layers: [0], shapes: [(.q, 1280, 1280)], sides: (64, 1),
      spots: [.init(layer: 0, matrix: .q, kind: .zero, row: 1279, column: 1279, divergence: 0.5)])
    try open(forecast) { page, _ in
      let bytes = try #require(try FileManager.default.attributesOfItem(atPath: page)[.size] as? Int)
      #expect(bytes > 3_000_000 && bytes < 6_500_000, "\(bytes)")
      // Of equals the first ones open, so that the last regions of the second kind do not.
      let outcome = try Browser.open(
        page, "click", "#zoom-matrix", "0.99", "0.99", "read", "#zoom-point", "evaluate",
        "getComputedStyle(document.querySelector('#zoom-absent')).display", "evaluate", Self.choose(1), "evaluate",
        "getComputedStyle(document.querySelector('#zoom-absent')).display", "read", "#figure-zoom figcaption")
      #expect(outcome.problems.isEmpty, "\(outcome.problems)")
      #expect(outcome.found[0]?.hasPrefix("zero of layer 0 q, rows 1216–1279, columns 1216–1279") == true)
      #expect(outcome.found[1] == "none" && outcome.found[3] == "block", "\(outcome.found)")
      #expect(outcome.found[4]?.contains("Of the 800 regions, all kinds together, the 768") == true)
    }
  }
}

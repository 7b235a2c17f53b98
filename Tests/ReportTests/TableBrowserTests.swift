import Archive
import Foundation
import Perturbations
import Report
import Testing
import TestSupport

/// Tables of the page, which sort, fold and can be searched, in a real browser.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct TableBrowserTests {
  private static let provenance = AtlasFile.Provenance(
    locusVersion: "1", created: "2024", commandLine: "locus atlas", modelName: "m", modelSHA256: "ab",
    origins: [.init(name: "a.h5", format: "locus-study", planSHA256: "cd")])

  /// Twenty weights, whose layers rise and fall.
  private static let weights = AnalysisGroup(
    name: "super_weights", comment: "How they were made.", dimensions: [.init("place", length: 20, from: 1)],
    variables: [
      .init("layer", ["place"], "layer", .counts((0..<20).map { $0 * 7 % 20 })),
      .init("matrix", ["place"], "matrix", .matrices(Array(repeating: .down, count: 20))),
      .init("row", ["place"], "row", .counts(Array(0..<20))),
      .init("column", ["place"], "column", .counts(Array(0..<20))),
      .init("kind", ["place"], "kind", .kinds(Array(repeating: .zero, count: 20))),
      .init("divergence", ["place"], "nats", .numbers((0..<20).map { pow(10, -Double($0) / 2) })),
    ])

  /// A function that says what the first column of numbers of the table shows.
  private static let shown = """
    const holder = document.querySelector('#super-weights .table');
    const titles = [...holder.querySelectorAll('th')];
    const column = titles.findIndex((title) => title.textContent === 'layer');
    const cells = () => [...holder.querySelectorAll('tbody tr:not([hidden])')]
      .map((row) => row.cells[column].textContent.trim()).join(' ');
    const count = () => holder.querySelectorAll('tbody tr:not([hidden])').length;
    const tools = holder.nextElementSibling;
    """

  private static func expression(_ body: String) -> String { "(() => { \(shown) \(body) })()" }

  @Test func tablesSortFoldAndAreSearched() throws {
    try ReportBench.run { bench in
      let atlas = bench.path("atlas.h5")
      try AtlasFile.write([Self.weights], Self.provenance, to: atlas)
      _ = try Report(of: AtlasFile(path: atlas), folder: bench.path("page"), palette: .paper, program: "1.2.3").write()
      let outcome = try Browser.open(
        bench.path("page/index.html"),
        [
          "evaluate", Self.expression("return count() + ' ' + tools.querySelector('button').textContent"),
          "evaluate",
          Self.expression("tools.querySelector('button').click(); return String(count() > 12)"),
          "evaluate",
          Self.expression(
            """
            const button = titles[column].querySelector('button');
            const numbers = () => cells().split(' ').map((text) => parseFloat(text.replace(/,/g, '')));
            const rises = (list) => list.every((value, place) => place === 0 || list[place - 1] <= value);
            button.click();
            const down = titles[column].getAttribute('aria-sort') + ' ' + rises(numbers().reverse());
            button.click();
            const up = titles[column].getAttribute('aria-sort') + ' ' + rises(numbers());
            // Powers of ten, which are written with superscripts.
            titles[titles.length - 1].querySelector('button').click();
            return [down, up, numbers().join(' ')].join(', ');
            """),
          "evaluate",
          Self.expression(
            """
            const field = tools.querySelector('input');
            const look = (word) => { field.value = word; field.dispatchEvent(new Event('input')); return count(); };
            return [look('no such word'), look('') > 12].join(' ');
            """),
        ])
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      #expect(outcome.found.first == "12 Show all 20 rows", "\(outcome.found)")
      #expect(
        outcome.found.dropFirst() == [
          "true", "descending true, ascending true, \((0..<20).map { String($0 * 7 % 20) }.joined(separator: " "))",
          "0 true",
        ], "\(outcome.found)")
    }
  }
}

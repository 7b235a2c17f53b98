import Archive
import Findings
import Foundation
import Report
import Testing
import TestSupport
import Transformer

/// The page of two screens in a browser: matrices are chosen, and tables sorted.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct ComparisonPageTests {
  /// Writes two screens of which the second lacks a kind, and the page of both.
  private func page(_ bench: ReportBench) throws -> String {
    var screen = SyntheticScreen()
    screen.modelShapes = MatrixShapes(layerCount: 2, shapes: screen.shapes)
    try bench.write(screen, [])
    try FileManager.default.moveItem(atPath: bench.path("screen.h5"), toPath: bench.path("a.h5"))
    screen.kinds = [.minimum]
    screen.planSHA256 = "ef"
    try bench.write(screen, [])
    let first = try ResultsFile(path: bench.path("a.h5"))
    let second = try ResultsFile(path: bench.path("screen.h5"))
    let comparison = try Comparison(of: first, and: second)
    try first.close()
    try second.close()
    return try Report(of: comparison, folder: bench.path("report"), palette: .paper, program: "0.0.0").write().page
  }

  @Test func aMatrixIsChosenAndATableSorted() throws {
    try ReportBench.run { bench in
      let page = try page(bench)
      let shown =
        "[...document.querySelectorAll('.part')].filter(part => !part.hidden).map(part => part.textContent).join()"
      let choose = """
        (() => { const choice = document.querySelector('.set select'); choice.value = 'layer 1 down';
          choice.dispatchEvent(new Event('change')); })()
        """
      let column =
        "[...document.querySelector('.table').querySelectorAll('tbody td:nth-child(2)')].map(cell => cell.innerText)"
        + ".join()"
      let width = "String(document.documentElement.scrollWidth <= innerWidth)"
      let outcome = try Browser.open(
        page, "evaluate", shown, "evaluate", choose, "evaluate", shown, "click", ".table th:nth-child(2) button", "0.5",
        "0.5", "evaluate", column, "click", ".table th:nth-child(2) button", "0.5", "0.5", "evaluate", column, "size",
        "390", "844", "evaluate", width)
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      #expect(outcome.found[0]?.contains("layer 0 q") == true && outcome.found[2]?.contains("layer 1 down") == true)
      #expect(outcome.found[2]?.contains("layer 0 q") == false)
      let numbers = [outcome.found[3], outcome.found[4]].map {
        ($0 ?? "").split(separator: ",").prefix(6).compactMap { Int($0) }
      }
      #expect(numbers[0].count == 6 && numbers[0] == numbers[0].sorted(by: >) && numbers[1] == numbers[0].sorted())
      #expect(outcome.found[5] == "true", "the page is no wider than a phone")
    }
  }
}

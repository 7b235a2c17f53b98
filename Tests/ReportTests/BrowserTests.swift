import Archive
import FindingsSupport
import Foundation
import Perturbations
import Testing
import TestSupport
import Transformer

/// The page in a real browser, opened from its file.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct BrowserTests {
  /// Of the third map, layer 0 down: its grid has 4 × 8 regions.
  private static let down = "canvas[data-map=\"2\"]"

  @Test func aRegionOpensWhatItsMutantsSay() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, SyntheticGroups(screen: screen).all)
      try bench.report()
      // The fourth column of regions is always non-silent; the second row begins at 8.
      let outcome = try Browser.open(
        bench.path("report/index.html"), "click", Self.down, "0.43", "0.37", "read", "#words h3", "read",
        "#viewer-title",
        "read", "#words", "type", "ArrowDown", "read", "#words h3", "evaluate", "location.hash", "click", "#close",
        "0.5",
        "0.5", "evaluate", "String(document.querySelector('#viewer').open)", "print", bench.path("page.pdf"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path("page.pdf"))).starts(with: Data("%PDF".utf8)))
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      let words = outcome.found[2] ?? ""
      #expect(outcome.found[0] == "rows 8–15, columns 24–31" && outcome.found[1] == "layer 0 down: 32 × 60")
      #expect(words.contains("maximum non-silent on 3 of 3 inputs; minimum non-silent on 3 of 3 inputs"), "\(words)")
      #expect(words.contains("there was a king") && words.contains("Once upon a time") && words.contains("divergence"))
      // What the generator says there: row 22 of its matrix, four tokens from the sixth on.
      #expect(words.contains("\"No\".the king"), "\(words)")
      #expect(outcome.found[3] == "rows 16–23, columns 24–31" && outcome.found[5] == "false")
      #expect(outcome.found[4] == "#region=0.down.16.24")
    }
  }

  @Test func mapsShowWhatIsInTheFile() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, [])
      try bench.report()
      // The first two rows of the maps of up are complementary, whatever the input: red and blue in turns.
      let pixels = """
        (() => { const canvas = document.querySelector('canvas[data-map="1"]'); canvas.scrollIntoView();
          const style = getComputedStyle(document.documentElement);
          return new Promise(done => setTimeout(() => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, 4, 2);
            const read = (x, y) => [...data].slice(4 * (4 * y + x), 4 * (4 * y + x) + 3)
              .map(value => value.toString(16).padStart(2, '0')).join('');
            const names = ['silent', 'first', 'second', 'both'];
            const name = (colour) => names.find(name => style.getPropertyValue('--' + name).trim() === '#' + colour);
            done([0, 1].map(y => [0, 1, 2, 3].map(x => name(read(x, y))).join(' ')).join(', '));
          }, 300)); })()
        """
      let safe = "document.querySelector('[data-value=\"safe\"]').click()"
      let outcome = try Browser.open(
        bench.path("report/index.html"), "evaluate", pixels, "evaluate", "\(safe)", "evaluate", pixels, "dark",
        "evaluate",
        pixels)
      let expected = "first second first second, second first second first"
      #expect(outcome.found == [expected, nil, expected, expected], "\(outcome)")
      // The page itself reads nothing back from its canvases.
      #expect(outcome.problems.allSatisfy { $0.contains("willReadFrequently") }, "\(outcome.problems)")
    }
  }

  /// Two regions of one layer of a model: the rest of the matrix, the other matrix and the other layer are hatched, and
  /// say why.
  @Test func whatWasNotScreenedIsHatched() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      screen.modelShapes = MatrixShapes(layerCount: 2, shapes: [(.q, 64, 32), (.v, 64, 32)])
      let regions = [(WeightMatrix.q, 0), (.q, 32), (.v, 0)].map { matrix, row in
        Region(layer: matrix == .q ? 0 : 1, matrix: matrix, rows: row..<row + 16, columns: 0..<16)
      }
      try bench.write(screen, mutations: regions.map { Mutation(region: $0, kind: .maximum) })
      try bench.report()
      let opacities = """
        (() => { const canvas = document.querySelector('canvas[data-map="0"]'); canvas.scrollIntoView();
          return new Promise(done => setTimeout(() => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, 2, 4);
            done([...data].filter((_, place) => place % 4 === 3).join(' '));
          }, 300)); })()
        """
      let hatched = """
        [...document.querySelectorAll('canvas[data-map="0"], .stage .absent, .patch.unscreened, #large')]
          .filter(element => getComputedStyle(element).backgroundImage.startsWith('linear-gradient')).length + ' '
          + [...document.querySelectorAll('.stage .absent')].map(element => element.title).join(', ')
        """
      let outcome = try Browser.open(
        bench.path("report/index.html"), "evaluate", opacities, "read", "#figure-maps .key", "click",
        "canvas[data-map=\"0\"]", "0.75", "0.4", "read", "#words h3", "read", "#words > p", "rest", "#large", "0.2",
        "0.9", "read", "#pointer", "evaluate", hatched)
      #expect(outcome.problems.allSatisfy { $0.contains("willReadFrequently") }, "\(outcome.problems)")
      #expect(outcome.found[0] == "255 0 0 0 255 0 0 0")
      #expect(outcome.found[1]?.hasSuffix("not screened") == true)
      #expect(outcome.found[2] == "rows 16–31, columns 16–31" && outcome.found[3] == "layer 0 q: not screened.")
      #expect(outcome.found[4] == "rows 48–63, columns 0–15: not screened")
      // The map, the enlarged map, three patches, and two matrices.
      #expect(outcome.found[5] == "7 layer 0 v: not screened, layer 1 q: not screened")
    }
  }

  @Test func hostileTextsAreTexts() throws {
    try ReportBench.run { bench in
      let attack = "</script><img src=x onerror=alert(1)>"
      var screen = SyntheticScreen()
      // The second begins with a sign that Swift takes for one character with the bracket after it.
      screen.inputs = [
        ("a \(attack)", attack), ("b \u{600}<img src=y onerror=alert(2)>", attack), ("\" onload=\"c", "\u{7}"),
      ]
      screen.prompts = [attack, "{{{data}}}", "&lt;b&gt;"]
      screen.baselines = [attack, "\u{202E}backwards", "<!--"]
      screen.words = ["<", "/script>", attack, "\u{600}<svg/onload=alert(3)>", "'", "\"", "]]>", "<!--"]
      var groups = try SyntheticGroups(screen: screen).all
      groups.append(AnalysisGroup(name: "other", comment: attack, dimensions: [], variables: []))
      try bench.write(screen, groups)
      try bench.report()
      let page = try bench.page()
      // Tables of the figures apart, which hold numbers and names of ours.
      let scripts = page.components(separatedBy: "<script").dropFirst().filter { !$0.hasPrefix(" type=\"text/csv\"") }
      #expect(!page.contains("<img") && scripts.count == 3 + 6)
      for name in try bench.reportFiles() where name.hasSuffix(".svg") {
        let text = try String(contentsOfFile: bench.path("report/" + name), encoding: .utf8)
        #expect(!text.contains("<img") && !text.contains("<script"), "\(name)")
      }
      let outcome = try Browser.open(
        bench.path("report/index.html#region=0.down.8.24"), "read", "#words", "evaluate",
        "String(document.querySelectorAll('img, [onerror], [onload]').length)")
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      let words = outcome.found[0] ?? ""
      #expect(words.contains("a " + attack) && words.contains("{{{data}}}") && words.contains("&lt;b&gt;"), "\(words)")
      #expect(outcome.found[1] == "0")
    }
  }

  /// Regions that are no grid are drawn one by one, and the finest is the one that is opened.
  @Test func regionsOfSeveralSizes() throws {
    try ReportBench.run { bench in
      try bench.writeNested()
      try bench.report()
      let outcome = try Browser.open(
        bench.path("report/index.html"), "click", "canvas[data-map=\"0\"]", "0.1", "0.1", "read", "#words h3", "type",
        "ArrowRight", "type", "ArrowRight", "read", "#words h3", "read", "#words > p")
      #expect(outcome.problems.isEmpty, "\(outcome.problems)")
      #expect(outcome.found[0] == "rows 0–7, columns 0–7" && outcome.found[1] == "rows 0–15, columns 16–31")
    }
  }

  /// As many regions as a model of seven billion weights has: the page stays below 20 MB.
  @Test func aLargeScreen() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.large
      // Permutations of so many regions take minutes, and their figures are no larger than those of other screens.
      let groups = try SyntheticGroups(screen: screen).all(but: ["complementarity", "enrichment", "severity_map"])
      try bench.write(screen, groups)
      let outcome = try bench.report()
      #expect(screen.mutationCount == 3_162_112 && outcome.pageBytes < 20_000_000, "\(outcome.pageBytes)")
      let shown = try Browser.open(
        bench.path("report/index.html#region=31.down.64.192"), "read", "#words h3", "evaluate",
        "String(document.querySelectorAll('.stage canvas').length)", "size", "1400", "900", "evaluate",
        "document.documentElement.scrollHeight <= 15000 ? 'short' : String(document.documentElement.scrollHeight)")
      #expect(shown.problems.isEmpty && shown.requests.isEmpty, "\(shown.problems)")
      #expect(shown.found == ["rows 64–127, columns 192–255", "224", "short"])
    }
  }
}

import Drawing
import Foundation
import Testing
import TestSupport

/// Plots of experiments: what they show, what they leave out, and that all of it has room.
struct PlotTests {
  @Test func everythingHasRoom() {
    for (name, boxes) in PlotSamples.all {
      #expect(boxes.width > 100 && boxes.height > 60, "\(name)")
      boxes.check()
    }
  }

  @Test func plotsAreTheSameTwice() {
    for (first, second) in zip(PlotSamples.all, PlotSamples.all) {
      #expect(first.boxes.file == second.boxes.file, "\(first.name)")
    }
  }

  @Test func plotsOfNothingAreEmpty() {
    let lines = LinePlot(series: [], horizontal: .init(title: ""), vertical: .init(title: ""))
    PlotBoxes(lines.marks, width: lines.width, height: lines.height).check()
    let bars = BarPlot(names: [], groups: [], vertical: .init(title: "z"))
    PlotBoxes(bars.marks, width: bars.width, height: bars.height).check()
    let violins = ViolinPlot(violins: [], vertical: .init(title: "z"))
    PlotBoxes(violins.marks, width: violins.width, height: violins.height).check()
    let network = NetworkPlot(groups: [], nodes: [], edges: [])
    PlotBoxes(network.marks, width: network.width, height: network.height).check()
    let matrix = MatrixPlot(rows: [], columns: [], values: [])
    PlotBoxes(matrix.marks, width: matrix.width, height: matrix.height).check()
  }

  /// Every line and every thing says what it is, and lines are the wider the more they weigh.
  @Test func networksSayWhatIsJoined() {
    let plot = PlotSamples.network
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    #expect(boxes.tips.count == plot.nodes.count + plot.edges.count)
    for word in plot.groups + plot.nodes.map(\.detail) { #expect(boxes.words.contains(word), "\(word)") }
    #expect(boxes.file.contains("stroke-width=\"6\"") && !boxes.file.contains("stroke-width=\"36\""))
  }

  // MARK: Lines

  @Test func linesHaveNamesTipsAndGaps() {
    let plot = PlotSamples.lines()
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    for word in plot.series.map(\.name) + ["unedited", "fraction of units replaced", "0.2", "1"] {
      #expect(boxes.words.contains(word), "\(word)")
    }
    #expect(boxes.tips.count == 6 * 11 - 1)
    #expect(boxes.tips.contains("mean, 0.4: 2.22, 2.10 to 2.38") && !boxes.tips.contains { $0.hasPrefix("mean, 0.5") })
    // A line and a band for each stretch, and a sign in the legend for each name.
    #expect(boxes.file.components(separatedBy: "stroke-linejoin").count - 1 == 7 + 6)
    #expect(boxes.file.components(separatedBy: "fill-opacity=\"0.15\"").count - 1 == 7)
    #expect(boxes.file.contains("stroke-dasharray=\"7 3\"") && boxes.file.contains("stroke-dasharray=\"1.5 3\""))
  }

  /// A logarithmic axis has no place for 0 and below: points are left out, and bands go down to the bottom.
  @Test func logarithmsLeaveOutWhatIsNotAboveZero() {
    let plot = LinePlot(
      series: [
        .init(
          name: "a",
          points: [
            .init(x: 0, y: 0), .init(x: 1, y: 10, low: -1, high: 20), .init(x: 2, y: 100, low: 50, high: 200),
            .init(x: .infinity, y: 1),
          ])
      ], horizontal: .init(title: "x"), vertical: .init(title: "y", isLogarithmic: true),
      references: [.init(-1, name: "nowhere"), .init(.nan, name: "nothing")])
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    boxes.check()
    #expect(boxes.tips == ["a, 1: 10.0, −1.00 to 20.0", "a, 2: 100, 50.0 to 200"])
    #expect(!boxes.words.contains("nowhere") && !boxes.words.contains("nothing"))
    #expect(boxes.file.contains("fill-opacity=\"0.15\""))
  }

  @Test func curvesThatTurnBackHaveStrokesForBands() {
    let plot = PlotSamples.curves
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    #expect(boxes.tips.count == 2 * 31 && boxes.tips.contains("sqrt, 30 steps: 39.3 %, 40.0 % to 60.0 %"))
    #expect(!boxes.file.contains("fill-opacity=\"0.15\"") && boxes.file.contains("stroke-opacity=\"0.45\""))
  }

  /// Names keep the order of the lines' ends, and stand there where there is room.
  @Test func namesStandAtTheEndsOfTheirLines() throws {
    let plot = PlotSamples.lines()
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height).boxes
    let heights = try ["zero", "mean", "peak", "unedited"].map { name in
      try #require(boxes.first { $0.text == name }).y.lowerBound
    }
    #expect(heights == heights.sorted())
  }

  @Test func stylesDifferWithoutColours() {
    let styles = (0..<30).map { SeriesStyle(class: $0) }
    #expect(Set(styles.map { "\($0.dashes) \($0.shape)" }).count == 30)
    #expect(Set((0..<8).map { SeriesStyle(class: $0).paint.role }).count == 8)
  }

  // MARK: Bars

  @Test func barsThatAreNoNumbersAreLeftOut() {
    let plot = PlotSamples.bars
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    #expect(
      boxes.tips == [
        "language units, S: 1.31, 1.20 to 1.45", "language units, W: 0.900", "language units, J: 0.550",
        "language units, N: −0.200", "random units of the same layers, S: 0.400",
        "random units of the same layers, N: 0.200",
      ])
    #expect(boxes.boxes.filter { $0.name == "rect" }.count == 6)
    #expect(boxes.words.filter { $0 == "W" }.count == 2 && boxes.words.contains("untrained"))
    let named = PlotSamples.namedBars
    let words = PlotBoxes(named.marks, width: named.width, height: named.height).words
    #expect(words.contains("resampled from another text") && words.contains("mlp_pre_out"))
  }

  /// A bar goes from 0 to its value.
  @Test func barsBeginAtZero() throws {
    let plot = BarPlot(
      names: ["a", "b"], groups: [.init(name: "c", bars: [.init(2), .init(-1)])], vertical: .init(title: ""))
    let bars = PlotBoxes(plot.marks, width: plot.width, height: plot.height).boxes.filter { $0.name == "rect" }
    try #require(bars.count == 2)
    let heights = bars.map { $0.y.upperBound - $0.y.lowerBound }
    #expect(bars[0].y.upperBound == bars[1].y.lowerBound && abs(heights[0] - 2 * heights[1]) < 1e-9)
  }

  // MARK: Matrices

  @Test func matricesHaveNumbersWhereThereAreSome() {
    let plot = PlotSamples.matrix
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    for word in ["statistics of", "evaluated on", "0.250", "0.125", "0"] { #expect(boxes.words.contains(word)) }
    #expect(boxes.words.filter { $0 == "facts" }.count == 2 && boxes.words.filter { $0 == "1.00" }.count == 4)
    #expect(boxes.tips.contains("facts, code: 0.250") && !boxes.tips.contains { $0.hasPrefix("code, facts") })
    var silent = plot
    silent.hasNumbers = false
    #expect(!PlotBoxes(silent.marks, width: silent.width, height: silent.height).words.contains("0.250"))
  }

  @Test func ticksArePlain() {
    #expect(
      [0, 0.1 + 0.2, -1.5, 20_000, 1e6, 2.5e-5].map(Numeral.plain) == ["0", "0.3", "−1.5", "20000", "10⁶", "2.5·10⁻⁵"])
    #expect(Numeral.plain(.nan) == "–" && Numeral.roundTick(10_000) == "10000")
    let ticks = Scale(from: log10(3.1), to: log10(4.9), start: 0, end: 1, isLogarithmic: true).ticks(5)
    #expect(ticks.map { Numeral.plain(pow(10, $0)) } == ["3.5", "4", "4.5"])
  }

  // MARK: A browser

  /// What Chromium says of where everything is, with the fonts that are there.
  @Test(.enabled(if: Browser.isWanted, Comment(rawValue: Browser.without))) func everythingHasRoomInABrowser() throws {
    let drawings = PlotSamples.all.map { $0.boxes.file.components(separatedBy: "?>").last ?? "" }
    let page =
      "<!doctype html><html><head><meta charset=\"utf-8\"><title>plots</title></head><body>"
      + drawings.joined() + "</body></html>"
    let script = """
      const drawings = [...document.querySelectorAll("svg")];
      drawings.length + " " + JSON.stringify(drawings.flatMap((svg, number) => {
        const frame = svg.getBoundingClientRect();
        const marks = [...svg.querySelectorAll("text, path, rect, line, circle")];
        const boxes = marks.map(mark => [mark, mark.getBoundingClientRect()]);
        const outside = boxes.filter(([, box]) => box.left < frame.left - 0.1 || box.right > frame.right + 0.1
          || box.top < frame.top - 0.1 || box.bottom > frame.bottom + 0.1);
        const words = boxes.filter(([mark]) => mark.tagName === "text" && !mark.hasAttribute("transform"));
        const onEachOther = words.filter(([, one], place) => words.slice(0, place).some(([, other]) =>
          one.left < other.right && other.left < one.right
            && one.top + 3 < other.bottom && other.top + 3 < one.bottom));
        return [...outside, ...onEachOther].map(([mark]) => number + ": " + mark.outerHTML);
      }))
      """
    try Places.withTemporaryFolder { folder in
      try page.write(toFile: folder + "/plots.html", atomically: true, encoding: .utf8)
      let outcome = try Browser.open(folder + "/plots.html", "size", "1200", "900", "evaluate", script)
      #expect(outcome.found == ["\(drawings.count) []"] && outcome.problems.isEmpty)
    }
  }
}

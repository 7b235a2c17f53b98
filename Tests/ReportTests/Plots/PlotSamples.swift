import Drawing
import Foundation

/// Plots of made-up experiments, easy and awkward ones.
enum PlotSamples {
  /// Some hundred numbers around 0, the same each time.
  static func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      (0..<4).reduce(0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 33) / Double(1 << 31) - 0.5
      }
    }
  }

  /// Cross-entropies against the fraction of units replaced; that of `mean` at 0.5 is missing.
  static func lines(isLogarithmic: Bool = false, plotHeight: Double = 300) -> LinePlot {
    let names = ["zero", "mean", "peak", "resample", "random direction", "other text's value"]
    return LinePlot(
      series: names.enumerated().map { number, name in
        LinePlot.Series(
          name: name,
          points: (0...10).map { step in
            let x = Double(step) / 10
            let y = 1.1 + Double(8 - number) * x * x
            let isMissing = step == 5 && name == "mean"
            return .init(x: x, y: isMissing ? .nan : y, low: y - 0.3 * x, high: y + 0.4 * x)
          })
      }, horizontal: .init(title: "fraction of units replaced"),
      vertical: .init(title: "cross-entropy in nats per token", isLogarithmic: isLogarithmic),
      references: [.init(1.1, name: "unedited")], plotHeight: plotHeight)
  }

  /// One accuracy against another: curves that turn back.
  static var curves: LinePlot {
    LinePlot(
      series: ["abs", "sqrt"].enumerated().map { number, name in
        let points = (0...30).map { step -> LinePlot.Point in
          let angle = Double(step) / 5
          return .init(
            x: 0.5 + 0.4 * cos(angle), y: 0.5 + 0.1 * Double(number + 1) * sin(2 * angle), low: 0.4, high: 0.6,
            name: "\(step) steps")
        }
        return LinePlot.Series(name: name, points: points)
      }, horizontal: .init(title: "accuracy on code, which is to be forgotten", label: { Numeral.tick($0) }),
      vertical: .init(title: "accuracy on facts, which are to be kept", label: { Numeral.tick($0) }),
      value: { Numeral.share($0) }, bounds: [0, 1], plotWidth: 260, plotHeight: 220)
  }

  static var bars: BarPlot {
    BarPlot(
      names: ["S", "W", "J", "N"],
      groups: [
        .init(
          name: "language units",
          bars: [.init(1.31, low: 1.2, high: 1.45), .init(0.9), .init(0.55, low: 0.4, high: .nan), .init(-0.2)]),
        .init(name: "random units of the same layers", bars: [.init(0.4), .init(.nan), .init(.infinity), .init(0.2)]),
      ], vertical: .init(title: "mean activation, z"), title: "sets of units",
      references: [.init(0.5, name: "untrained")])
  }

  static var namedBars: BarPlot {
    BarPlot(
      names: ["zero ablation", "mean", "resampled from another text"],
      groups: [
        .init(name: "attn_pre_out", bars: [.init(0.2), .init(0.3), .init(0.1)]),
        .init(name: "mlp_pre_out", bars: [.init(0.5), .init(0.1), .init(0.4)]),
      ], vertical: .init(title: "damage", label: { Numeral.tick($0) }), value: { Numeral.share($0) })
  }

  static func violins(isLogarithmic: Bool = false) -> ViolinPlot {
    ViolinPlot(
      violins: [
        .init(name: "layer 0", values: numbers(200, seed: 1).map { exp($0) } + [.nan]),
        .init(name: "language units", values: numbers(50, seed: 2).map { exp($0) }, paint: Paint(.lobe0)),
        .init(name: "three", values: [1.2, 1.21, 2.5, .infinity]), .init(name: "all equal", values: [1, 1, 1, 1, 1]),
        .init(name: "none", values: []),
      ], vertical: .init(title: "norm", isLogarithmic: isLogarithmic), title: "sets",
      references: [.init(1, name: "chance")])
  }

  static var matrix: MatrixPlot {
    MatrixPlot(
      rows: ["facts", "code", "arithmetic"], columns: ["facts", "code", "arithmetic"],
      values: [[1, 0.25, 0.5], [.nan, 1, 0.125], [0.5, .infinity, 1]], rowTitle: "statistics of",
      columnTitle: "evaluated on")
  }

  static var leanings: MatrixPlot {
    MatrixPlot(
      rows: ["ATTN_PRE_OUT OF LAYER 1", "mlp_pre_out"],
      columns: ["cross-entropy of facts", "accuracy", "norm of the residual stream", "a_name_of_a_single_long_word"],
      values: [[0.3, -0.82, 0.05, 1], [-0.4, 0.55, 1.2, -1]], shading: .diverging(limit: 1.2), rowTitle: "site",
      columnTitle: "what is measured")
  }

  /// All of them, with their names.
  /// Mutations of three layers, joined across layers and within one.
  static var network: NetworkPlot {
    func node(_ group: Int, _ number: Int) -> NetworkPlot.Node {
      .init(group: group, name: "down maximum", detail: "\(16 * number), 0", tip: "node \(number)")
    }
    func edge(_ first: Int, _ second: Int, _ weight: Double) -> NetworkPlot.Edge {
      .init(
        first: first, second: second, weight: weight, paint: weight > 0.5 ? .first : .second,
        tip: "from \(first) to \(second)")
    }
    return NetworkPlot(
      groups: ["layer 0", "layer 3", "layer 11"],
      nodes: [node(0, 0), node(0, 1), node(1, 2), node(2, 3), node(2, 4), node(2, 5), node(2, 6)],
      edges: [edge(0, 2, 1), edge(6, 1, 0.2), edge(3, 6, 0.9), edge(4, 5, 0.01), edge(0, 1, 7)])
  }

  static var loneNetwork: NetworkPlot {
    NetworkPlot(
      groups: ["layer 5"],
      nodes: ["gate maximum", "up minimum"].map { .init(group: 0, name: $0, detail: "0, 0", tip: $0) },
      edges: [.init(first: 1, second: 0, weight: 1, paint: .second, tip: "both")])
  }

  static var all: [(name: String, boxes: PlotBoxes)] {
    let lines = [
      ("lines", lines()), ("logarithms", Self.lines(isLogarithmic: true)), ("low", Self.lines(plotHeight: 60)),
      ("curves", curves),
    ].map { ($0, PlotBoxes($1.marks, width: $1.width, height: $1.height)) }
    let bars = [("bars", bars), ("named bars", namedBars)].map {
      ($0, PlotBoxes($1.marks, width: $1.width, height: $1.height))
    }
    let violins = [("violins", violins()), ("logarithmic violins", Self.violins(isLogarithmic: true))].map {
      ($0, PlotBoxes($1.marks, width: $1.width, height: $1.height))
    }
    let matrices = [("matrix", matrix), ("leanings", leanings)].map {
      ($0, PlotBoxes($1.marks, width: $1.width, height: $1.height))
    }
    let networks = [("network", network), ("lone network", loneNetwork)].map {
      ($0, PlotBoxes($1.marks, width: $1.width, height: $1.height))
    }
    return lines + bars + violins + matrices + networks
  }
}

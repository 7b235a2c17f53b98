import Archive
import Basics
import Drawing
import Statistics

/// What a page shows of side networks, as their file holds it.
struct RealignmentDrawings {
  private let study: GroupReader
  private let names: [String]
  private let hosts: [String]
  private let stepCount: Int
  private let indexCount: Int
  private let losses: [Double]
  private let scores: [Double]
  private let shares: [Double]
  /// The indices that carry most in the model, over all styles.
  private let strongest: [Int]

  /// Points of a curve, each the mean of neighbouring steps.
  private static let pointCount = 100
  /// Indices that are shown.
  private static let shownCount = 12

  init(_ study: GroupReader) throws {
    self.study = study
    names = try study.labels("network")
    hosts = try study.labels("host")
    stepCount = try study.length("step")
    indexCount = try study.length("index")
    losses = try study.numbers("loss_of_batch", "network", "step")
    scores = try study.numbers("learned_score", "network", "index")
    shares = try study.numbers("share", "host", "index")
    guard !names.isEmpty, !hosts.isEmpty, indexCount > 0, shares.allSatisfy(\.isFinite) else {
      throw study.missing("network")
    }
    strongest = Ranking.top(Self.shownCount, by: Array(shares.prefix(indexCount)))
  }

  // MARK: Figures

  var learning: Figure {
    let size = max(1, (stepCount + Self.pointCount - 1) / Self.pointCount)
    let series = names.indices.map { place in
      LinePlot.Series(
        name: names[place],
        points: stride(from: 0, to: stepCount, by: size).map { start in
          let own = losses[place * stepCount + start..<place * stepCount + min(start + size, stepCount)]
          return LinePlot.Point(x: Double(start), y: own.filter(\.isFinite).mean)
        })
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "step"), vertical: Axis.Words(title: "loss of batches, nats"))
    return figure(
      "learning", "How side networks learn",
      "The loss of each batch before the step's update"
        + (size > 1 ? ", as means of \(Numeral.count(size)) neighbouring steps." : "."),
      width: plot.width, height: plot.height, plot.marks)
  }

  /// The mean additions of the first network at the indices that carry most.
  var additions: Figure {
    get throws {
      let layers = try study.labels("layer")
      let all = try study.numbers("addition", "network", "layer", "index")
      let values = layers.indices.map { layer in strongest.map { all[layer * indexCount + $0] } }
      let limit = values.flatMap(\.self).filter(\.isFinite).map(abs).max() ?? 1
      let plot = MatrixPlot(
        rows: layers, columns: strongest.map(String.init), values: values,
        shading: .diverging(limit: max(limit, 1e-9)), rowTitle: "layer", columnTitle: "residual index",
        hasNumbers: false)
      return figure(
        "additions", "What is added where",
        "The mean addition of the network \(names[0]) over held-out positions, in units of the residual stream, at the "
          + "\(strongest.count) indices that carry most over all styles. A column of one colour is a stripe.",
        width: plot.width, height: plot.height, plot.marks)
    }
  }

  /// The shares of each network at these indices.
  var agreement: Figure {
    let values = names.indices.map { network in
      let own = Array(scores[network * indexCount..<(network + 1) * indexCount])
      let sum = own.reduce(0) { $0 + $1 * $1 }
      return strongest.map { own[$0] * own[$0] / sum }
    }
    let plot = MatrixPlot(
      rows: names, columns: strongest.map(String.init), values: values, rowTitle: "network",
      columnTitle: "residual index", value: { Numeral.share($0) }, hasNumbers: false)
    return figure(
      "indices", "Which indices carry a style",
      "The share of an index's squared learned score in all of a network, the mean over layers of how far training "
        + "has made the magnitude of its mean addition grow; the \(strongest.count) indices that carry most in the "
        + "model over all styles. Without any structure each has \(Numeral.share(1 / Double(indexCount))). Networks of "
        + "hosts that have lost their training have these hosts' names.",
      width: plot.width, height: plot.height, plot.marks)
  }

  private func figure(
    _ name: String, _ title: String, _ caption: String, width: Double, height: Double, _ marks: [Mark]
  ) -> Figure {
    Figure(
      name: "realignment-" + name, title: title, caption: Markup(caption),
      drawing: Drawing(width: width, height: height, description: title, marks: marks))
  }

  // MARK: Tables

  var networks: Table {
    get throws {
      let columns = ["held_loss_host", "held_loss", "excess", "untrained_excess", "sign_agreement", "top_share"]
      let values = try columns.map { try study.numbers($0, "network") }
      let coins = try study.numbers("sign_agreement_expected", "whole").first ?? .nan
      return Table(
        title: "Additions to held-out rows",
        columns: [
          ("network", false), ("loss without, nats", true), ("loss with, nats", true), ("between indices", true),
          ("before training", true), ("agreement in sign", true), ("share of the first index", true),
        ],
        rows: names.indices.map { place in
          let own = values.map { $0[place] }
          return [.text(names[place])] + own.prefix(2).map { .number(Numeral.number($0)) }
            + own.dropFirst(2).map { .number(Numeral.share($0)) }
        },
        note: "Between indices is the part of the variance that lies there beyond that of numbers without structure. "
          + "Fair coins agree in sign at \(Numeral.share(coins)).")
    }
  }

  /// What the indices that carry most are like without additions.
  var indices: Table {
    get throws {
      let covariates = try study.labels("covariate")
      let values = try study.numbers("covariate_value", "covariate", "index")
      let rows = strongest.map { index -> [Table.Cell] in
        [.text("\(index)")]
          + hosts.indices.map { .number(Numeral.share(shares[$0 * indexCount + index])) }
          + covariates.indices.map { place in
            let own = Array(values[place * indexCount..<(place + 1) * indexCount])
            let rank = IndexRank(index, by: own)
            return .number("\(Numeral.number(own[index])) (\(rank.rank))")
          }
      }
      return Table(
        title: "The indices that carry most in the model",
        columns: [("index", true)] + hosts.map { ("share, \($0)", true) }
          + covariates.map { ($0.replacing("_", with: " "), true) },
        rows: rows,
        note: "Shares are of squared learned scores, means over styles. In brackets is the number among all "
          + "\(Numeral.count(indexCount)) indices, 1 being the greatest.")
    }
  }

  /// Rows of a table at most.
  private static let rowLimit = 120

  var continuations: [Table] {
    get throws {
      guard study.has("continuation") else { return [] }
      let prompts = try study.texts("prompt_text", "prompt")
      let plain = try study.texts("continuation_without", "prompt")
      let all = try study.texts("continuation", "network", "prompt")
      let networks = try zip(names.indices, study.texts("host_of_network", "network")).filter { $1 == hosts[0] }
      let rows = prompts.indices.flatMap { prompt -> [[Table.Cell]] in
        [[.saying(prompts[prompt]), .text("none"), .saying(plain[prompt])]]
          + networks.map { place, _ in
            [.saying(prompts[prompt]), .text(names[place]), .saying(all[place * prompts.count + prompt])]
          }
      }
      return [
        Table(
          title: "What the model says with and without additions",
          columns: [("prompt", false), ("additions of", false), ("likeliest continuation", false)],
          rows: Array(rows.prefix(Self.rowLimit)),
          note: rows.count > Self.rowLimit ? "\(Numeral.count(rows.count - Self.rowLimit)) more are in the file." : "")
      ]
    }
  }
}

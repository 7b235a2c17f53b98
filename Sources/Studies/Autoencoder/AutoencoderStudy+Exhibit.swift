import Archive
import Drawing

extension AutoencoderStudy {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let drawings = try AutoencoderDrawings(study)
    return Exhibit(
      name: name, title: "Sparse autoencoders",
      introduction: Markup(
        "A dictionary of features is trained to rebuild a site's activations from a few of them at a time. The curves "
          + "say how well it learned, and the table how much of held-out activations, and of the model's predictions, "
          + "the features carry: beside the same dictionary before training, which is the level of no learning, and "
          + "beside as many principal components."),
      figures: drawings.figures, tables: [drawings.table])
  }
}

/// What a page shows of autoencoders, as their file holds it.
private struct AutoencoderDrawings {
  private let names: [String]
  private let stepCount: Int
  private let unexplained: [Double]
  private let columns: [String: [Double]]
  private let components: [Double]

  private static let measures = [
    "fvu", "active", "never_fired", "recovered_from_zero", "recovered_from_mean", "untrained_fvu",
    "untrained_recovered_from_zero", "dead", "revived",
  ]
  /// Points of a curve, each the mean of neighbouring steps.
  private static let pointCount = 100

  init(_ study: GroupReader) throws {
    names = try study.labels("autoencoder")
    stepCount = try study.length("step")
    unexplained = try study.numbers("fvu_of_batch", "autoencoder", "step")
    columns = try Dictionary(
      uniqueKeysWithValues: Self.measures.map { ($0, try study.numbers($0, "autoencoder")) })
    components = study.has("component_fvu") ? try study.numbers("component_fvu", "component") : []
  }

  private func value(_ measure: String, _ place: Int) -> Double { columns[measure]?[place] ?? .nan }

  var figures: [Figure] { [learning] + (components.count > 1 ? [comparison] : []) }

  // MARK: Figures

  private var learning: Figure {
    let size = max(1, (stepCount + Self.pointCount - 1) / Self.pointCount)
    let series = names.indices.map { place in
      LinePlot.Series(
        name: names[place],
        points: stride(from: 0, to: stepCount, by: size).map { start in
          let own = unexplained[place * stepCount + start..<place * stepCount + min(start + size, stepCount)]
          return LinePlot.Point(x: Double(start), y: own.reduce(0, +) / Double(own.count))
        })
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "step"), vertical: Axis.Words(title: "FVU of batches"),
      bounds: [0])
    return figure(
      "autoencoder-learning", "How autoencoders learn", plot,
      "Share of a batch's variance that is not explained, before the step's update"
        + (size > 1 ? ", as means of \(Numeral.count(size)) neighbouring steps." : "."))
  }

  private var comparison: Figure {
    let most = max(2, 2 * (names.indices.map { value("active", $0) }.max() ?? 1))
    let components = LinePlot.Series(
      name: "principal components",
      points: self.components.enumerated().filter { Double($0.offset) <= most }.map {
        LinePlot.Point(x: Double($0.offset), y: $0.element)
      })
    let order = names.indices.sorted { value("active", $0) < value("active", $1) }
    func own(_ name: String, _ measure: String) -> LinePlot.Series {
      LinePlot.Series(
        name: name,
        points: order.map { LinePlot.Point(x: value("active", $0), y: value(measure, $0), name: names[$0]) })
    }
    let plot = LinePlot(
      series: [components, own("autoencoders", "fvu"), own("before training", "untrained_fvu")],
      horizontal: Axis.Words(title: "features of an activation, or components"),
      vertical: Axis.Words(title: "FVU, held out"), bounds: [0])
    return figure(
      "autoencoder-features", "What a few features explain", plot,
      "Share of the held-out variance that is not explained, by the mean number of features above 0 (autoencoders "
        + "before training stand at the number of the trained ones), beside principal components of the learned "
        + "activations.")
  }

  private func figure(_ name: String, _ title: String, _ plot: LinePlot, _ caption: String) -> Figure {
    Figure(
      name: name, title: title, caption: Markup(caption),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Table

  var table: Table {
    let rows = names.indices.map { place -> [Table.Cell] in
      [
        .text(names[place]), .number(Numeral.number(value("active", place))),
        .number(Numeral.number(value("fvu", place))), .number(Numeral.number(value("untrained_fvu", place))),
        .number(Numeral.share(value("recovered_from_zero", place))),
        .number(Numeral.share(value("untrained_recovered_from_zero", place))),
        .number(Numeral.share(value("recovered_from_mean", place))),
        .number(Numeral.whole(value("never_fired", place))), .number(Numeral.whole(value("dead", place))),
        .number(Numeral.whole(value("revived", place))),
      ]
    }
    return Table(
      title: "Autoencoders on held-out activations",
      columns: [
        ("autoencoder", false), ("features on", true), ("FVU", true), ("untrained", true), ("loss recovered", true),
        ("untrained", true), ("from the mean", true), ("never fire", true), ("dead", true), ("revived", true),
      ], rows: rows,
      note:
        "Loss recovered is counted from zeros in place of activations: an untrained autoencoder recovers much of it, "
        + "so that 0 is not where it begins.")
  }
}

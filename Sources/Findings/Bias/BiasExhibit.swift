import Archive
import Drawing
import Statistics

/// Whether a matrix is more sensitive to maximum or to minimum.
enum BiasExhibit {
  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let layers = try group.counts(Bias.Columns.layer, "profile")
    let matrices = try group.matrices(Bias.Columns.matrix, "profile")
    let effects = try group.numbers(Bias.Columns.effect, "profile")
    let chances = try group.numbers(Bias.Columns.adjustedPValue, "profile")
    let more = (
      try group.counts(Bias.Columns.moreByMaximum, "profile"), try group.counts(Bias.Columns.moreByMinimum, "profile")
    )
    let frame = LayerTable(layers: layers, matrices: matrices, on: context.maps)
    let places = LayerTable.places(layers: layers, matrices: matrices)
    let limit = effects.map(abs).filter(\.isFinite).max() ?? 1
    let map = frame.map(cellWidth: 64) { key in
      guard let profile = places[key] else { return nil }
      return HeatMap.Cell(
        paint: .leaning(effects[profile], of: limit),
        tip: "layer \(key.layer) \(key.matrix.rawValue): \(Numeral.items(more.0[profile], "region")) more by maximum, "
          + "\(Numeral.count(more.1[profile])) more by minimum, adjusted p \(Numeral.chance(chances[profile]))",
        label: Numeral.number(effects[profile]), isMarked: chances[profile] <= FalseDiscoveryRate.level)
    }
    let title = "Bias towards maximum or minimum"
    var exhibit = Exhibit(
      name: "bias", title: title,
      introduction: Markup("Regions that one of the two kinds disturbs more than the other, counted for each matrix."))
    exhibit.figures = [
      Figure(
        name: "bias", title: title,
        caption: Markup(
          "Effect from −1, all differing regions lean towards minimum, to 1, all lean towards maximum. A dot: beyond "
            + "chance, with the rate of false discoveries held at 1 %."),
        drawing: Drawing(
          map.marks, width: map.width, height: map.height,
          legend: Legend(
            entries: [
              Legend.leanings(from: "minimum", to: "maximum"), .dot("beyond chance"),
            ] + map.hatching), description: title))
    ]
    if let plot = try extremesPlot(group, labels: layers.indices.map { "layer \(layers[$0]) \(matrices[$0].rawValue)" })
    {
      exhibit.figures.append(plot)
    }
    return exhibit
  }

  /// Leanings against the extremes that make them; nil where these are not known.
  private static func extremesPlot(_ group: GroupReader, labels: [String]) throws -> Figure? {
    guard group.has(Bias.Columns.logExtremes) else { return nil }
    let extremes = try group.numbers(Bias.Columns.logExtremes, "profile")
    let more = (
      try group.counts(Bias.Columns.moreByMaximum, "profile"), try group.counts(Bias.Columns.moreByMinimum, "profile")
    )
    let chances = try group.numbers(Bias.Columns.adjustedPValue, "profile")
    let odds = zip(more.0, more.1).map { Proportion(count: $0, total: $0 + $1).dampedLogOdds }
    let known = labels.indices.filter { extremes[$0].isFinite }
    guard known.count > 2 else { return nil }
    let expected =
      try group.has(Bias.Columns.expectedLogOdds)
      ? group.numbers(Bias.Columns.expectedLogOdds, "profile") : odds.map { _ in .nan }
    // The line through the origin that most matrices follow, from one end to the other.
    let line = known.filter { expected[$0].isFinite }.sorted { extremes[$0] < extremes[$1] }
    let ends = [line.first, line.last].compactMap { $0 }
    let plot = ScatterPlot(
      horizontal: .init(title: "ln |maximum / minimum| of the matrix"),
      vertical: .init(title: "log odds of leaning to maximum"),
      points: known.map { index in
        .init(
          x: extremes[index], y: odds[index], paint: chances[index] <= FalseDiscoveryRate.level ? .first : .ink,
          tip: "\(labels[index]): log odds \(Numeral.number(odds[index])), extremes \(Numeral.number(extremes[index]))")
      },
      lines: ends.isEmpty
        ? [] : [.init(points: ends.map { (extremes[$0], expected[$0]) }, paint: .quiet, isDashed: true)])
    let title = "Bias against the extremes that make it"
    return Figure(
      name: "bias-extremes", title: title,
      caption: Markup(
        "A point is a matrix. A constant region adds its value times the sum of its inputs, so the larger extreme "
          + "disturbs more: a bias is what stands out of the line through the origin that most matrices follow."),
      drawing: Drawing(
        plot.marks, width: plot.width, height: plot.height,
        legend: Legend(entries: [.patch(.ink, "as its extremes make it"), .patch(.first, "beyond them")]),
        description: title))
  }
}

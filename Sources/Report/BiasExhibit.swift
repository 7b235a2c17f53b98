/// Whether a matrix is more sensitive to maximum or to minimum.
enum BiasExhibit {
  static func make(_ group: GroupReader, _ context: ReportContext) throws -> Exhibit {
    let layers = try group.counts("layer", "profile")
    let matrices = try group.matrices("matrix", "profile")
    let effects = try group.numbers("effect", "profile")
    let chances = try group.numbers("adjusted_p_value", "profile")
    let more = (try group.counts("more_by_maximum", "profile"), try group.counts("more_by_minimum", "profile"))
    let frame = LayerTable(layers: layers, matrices: matrices)
    let limit = effects.map(abs).filter(\.isFinite).max() ?? 1
    let map = frame.map(cellWidth: 64) { key in
      guard let profile = layers.indices.first(where: { layers[$0] == key.layer && matrices[$0] == key.matrix }) else {
        return nil
      }
      return HeatMap.Cell(
        paint: .leaning(effects[profile], of: limit),
        tip: "layer \(key.layer) \(key.matrix.rawValue): \(Numeral.items(more.0[profile], "region")) more by maximum, "
          + "\(Numeral.count(more.1[profile])) more by minimum, adjusted p \(Numeral.chance(chances[profile]))",
        label: Numeral.number(effects[profile]), isMarked: chances[profile] <= ReportContext.level)
    }
    let title = "Bias towards maximum or minimum"
    let found = layers.indices.filter { chances[$0] <= ReportContext.level }
    var exhibit = Exhibit(
      name: "bias", title: title,
      introduction: Markup("Regions that one of the two kinds disturbs more than the other, counted for each matrix."))
    exhibit.figures = [
      Figure(
        name: "bias", title: title,
        caption: Markup(
          "Effect from −1, all differing regions lean towards minimum, to 1, all lean towards maximum. A dot: beyond chance, with the "
            + "rate of false discoveries held at 1 %."),
        drawing: Drawing(
          map.marks, width: map.width, height: map.height,
          legend: Legend(entries: [
            Legend.leanings(from: "minimum", to: "maximum"), .dot("beyond chance"),
          ]), description: title))
    ]
    let up = found.filter { effects[$0] > 0 }.count
    exhibit.findings = [
      Markup(
        found.isEmpty
          ? "No matrix is biased towards maximum or minimum beyond chance."
          : "\(Numeral.count(up)) of \(Numeral.items(layers.count, "matrix", "matrices")) are biased towards maximum and "
            + "\(Numeral.count(found.count - up)) towards minimum, beyond chance.")
    ]
    return exhibit
  }
}

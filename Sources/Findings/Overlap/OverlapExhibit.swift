import Archive
import Drawing

/// How far the same mutants are non-silent on two inputs.
enum OverlapExhibit {
  /// A figure has a cell for each two inputs.
  private static let inputLimit = 400

  private static let measures = [
    ("jaccard", "Shared non-silent mutants", "Jaccard index of the sets of non-silent mutants of two inputs"),
    ("layer_correlation", "Layer profiles", "Correlation of the shares by layer and matrix of two inputs"),
    ("region_correlation", "Region profiles", "Correlation of the regions' non-silent counts of two inputs"),
  ]

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let (order, breaks) = context.inputsByTask
    var exhibit = Exhibit(
      name: "overlap", title: "Inputs against each other",
      introduction: Markup(
        "Inputs that need the same regions share their non-silent mutants. "
          + (order.count <= inputLimit
            ? "Inputs of a task are adjacent."
            : "There are too many for a drawing of each two; the analysis file has them.")))
    for (name, title, meaning) in measures where group.has(name) {
      let (dimensions, labels, values) = try group.square(name)
      guard labels.count == order.count else { continue }
      guard labels.count <= inputLimit else { continue }
      let bounds = try ["_low", "_high"].filter { group.has(name + $0) }.map {
        try group.numbers(name + $0, over: dimensions)
      }
      let limit =
        values.indices.filter { $0 / labels.count != $0 % labels.count }.map { abs(values[$0]) }
        .filter(\.isFinite).max() ?? 1
      let ending = values.contains { $0 < 0 } ? ", small squares below zero" : ""
      let names = order.map { labels[$0].cut(18) }
      let size = labels.count > 40 ? max(4, 600 / Double(labels.count)) : 16
      let isNamed = labels.count <= 40
      let map = HeatMap(
        rows: isNamed ? names : names.map { _ in "" }, columns: isNamed ? names : names.map { _ in "" },
        cells: order.map { row in
          order.map { column in
            let place = row * labels.count + column
            var tip = "\(labels[row]) and \(labels[column]): \(Numeral.number(values[place]))"
            if bounds.count == 2 {
              tip += ", \(Numeral.number(bounds[0][place])) to \(Numeral.number(bounds[1][place]))"
            }
            let value = row == column ? .nan : values[place]
            return .init(paint: .magnitude(abs(value), of: limit), tip: tip, isSmall: value < 0)
          }
        }, cellWidth: size, cellHeight: size, areColumnsTurned: true, breaks: breaks)
      exhibit.figures.append(
        Figure(
          name: "overlap-" + name.replacing("_", with: "-"), title: title,
          caption: Markup(meaning + ". Point at a cell to see its 95 % interval."),
          drawing: Drawing(
            map.marks, width: map.width, height: map.height,
            legend: Legend(entries: [Legend.shades(from: "0", to: Numeral.number(limit) + ending)]), description: title)
        ))
    }
    return exhibit
  }
}

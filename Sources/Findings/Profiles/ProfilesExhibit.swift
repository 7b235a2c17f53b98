import Archive
import Drawing
import Perturbations
import Transformer

/// Sensitivity along the rows and the columns of the matrices, layer by layer.
enum ProfilesExhibit {
  private static let plotWidth = 400.0
  private static let introduction =
    "A row block is a row of regions, which add to the same outputs; a column block reads the same inputs. "
    + "Stripes also arise by arithmetic alone: a constant region adds the same to all of its rows."

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let layers = try group.counts(Profiles.Columns.layer, "profile")
    let matrices = try group.matrices(Profiles.Columns.matrix, "profile")
    let kinds = try group.length("kind")
    guard kinds > 0 else { throw group.missing("kind") }
    let frame = LayerTable(layers: layers, matrices: matrices, on: context.maps)
    let places = LayerTable.places(layers: layers, matrices: matrices)
    let axes = try ["row", "column"].map { axis in
      Side(
        name: axis, blocks: try group.length("\(axis)_block"),
        shares: try group.numbers("\(axis)_share", "profile", "kind", "\(axis)_block"))
    }
    // All kinds together are the first of the dimension.
    let limit = layers.indices.flatMap { profile in axes.flatMap { $0.values(profile * kinds) } }.filter(\.isFinite)
      .max()
    let bandHeight = frame.runs.count > 8 ? 9.0 : 16.0
    var marks: [Mark] = []
    var y = 0.0
    var isHatched = false
    for matrix in frame.matrices {
      let profiles = frame.runs.map { run in
        run.isScreened ? places[LayerTable.Key(layer: run.layers.lowerBound, matrix: matrix)] : nil
      }
      let blocks = context.maps.blocks(of: matrix)
      let height = Double(profiles.count) * bandHeight
      marks.append(.text(matrix.rawValue, x: 0, y: y + 32, size: 12, isBold: true))
      for (place, axis) in axes.enumerated() {
        let x = 56 + Double(place) * (plotWidth + 36)
        let cells = profiles.map { profile in
          profile.map { axis.values($0 * kinds).map { Paint.magnitude($0, of: limit ?? 1) } } ?? []
        }
        let known = cells.map(\.count).max() ?? 0
        let count = max(known, place == 0 ? blocks.rows : blocks.columns)
        isHatched = isHatched || cells.contains { $0.count < count || $0.contains { $0 == nil } }
        marks += band(
          cells, blocks: count, labels: [frame.runs.first, frame.runs.last].compactMap { $0?.label },
          bandHeight: bandHeight, x: x, y: y + 20, title: "\(axis.name) blocks")
      }
      y += height + 40
    }
    let title = "Sensitivity along rows and columns"
    var exhibit = Exhibit(
      name: "profiles", title: "Along rows and columns",
      introduction: Markup(introduction))
    exhibit.figures = [
      Figure(
        name: "profiles", title: title,
        caption: Markup(
          "Share of non-silent verdicts of every row block and column block, all kinds together; the first layer is "
            + "on top. The columns of q, k, v, gate and up and the rows of o and down are dimensions of the residual "
            + "stream: a band there that continues through the layers is a dimension that matters in all of them."),
        drawing: Drawing(
          marks, width: 56 + 2 * plotWidth + 40, height: y,
          legend: Legend(
            entries: [Legend.shades(from: "0 %", to: Numeral.share(limit ?? 0))]
              + (isHatched ? [.hatching("not screened")] : [])), description: title))
    ]
    return exhibit
  }

  /// Values of one axis of all profiles.
  private struct Side {
    let name: String
    let blocks: Int
    let shares: [Double]

    /// The shares of one profile and kind, without the blocks that its matrix does not have.
    func values(_ entry: Int) -> [Double] {
      let all = shares[entry * blocks..<(entry + 1) * blocks]
      return Array(all.prefix((all.lastIndex { $0.isFinite } ?? all.startIndex - 1) - all.startIndex + 1))
    }
  }

  /// A line of cells for each layer, with the labels of the first and the last.
  private static func band(
    _ cells: [[Paint?]], blocks: Int, labels: [String], bandHeight: Double, x: Double, y: Double, title: String
  ) -> [Mark] {
    guard blocks > 0 else { return [] }
    let width = min(18, plotWidth / Double(blocks))
    let height = Double(cells.count) * bandHeight
    let ground = Hatching.ground(under: cells, columns: blocks, cellWidth: width, cellHeight: bandHeight)
    return [
      .text("\(title), \(blocks)", x: x, y: y - 5, size: 10, fill: .quiet),
      .group(ground + Mark.cells(cells, width: width, height: bandHeight), x: x, y: y),
    ]
      + zip(labels, [y + bandHeight * 0.5 + 3, y + height - bandHeight * 0.5 + 3]).map {
        .text($0, x: x - 4, y: $1, anchor: .end, size: 9, fill: .quiet)
      }
  }
}

import Archive
import Drawing
import Perturbations
import Statistics
import Transformer

/// Mutations that turn plain text into verse or dialogue.
enum WritersExhibit {
  private static let rowLimit = 15
  private static let placeLimit = 100

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let genres = try group.labels("genre")
    let places = try group.places("writer")
    let kinds = try group.kinds(Writers.Columns.kind, "writer")
    let genreOf = try group.counts(Writers.Columns.writerGenre, "writer")
    let inputs = try group.length("input")
    let writes = try group.truths(Writers.Columns.writes, "writer", "input")
    let reach = places.indices.map { writer in writes[writer * inputs..<(writer + 1) * inputs].count { $0 } }
    let order = places.indices.sorted { reach[$0] == reach[$1] ? $0 < $1 : reach[$0] > reach[$1] }
    var exhibit = Exhibit(
      name: "writers", title: "Writers",
      introduction: Markup("Mutants that write verse or dialogue where the model writes plain text, on several inputs.")
    )
    exhibit.tables = [
      Table(
        title: "Mutations that write on most inputs",
        columns: [("region", false), ("kind", false), ("writes", false), ("inputs", true)],
        rows: order.prefix(rowLimit).map {
          [
            .place(places[$0].link), .text(kinds[$0].rawValue), .text(name(genreOf[$0], genres)),
            .number("\(reach[$0])"),
          ]
        }, note: places.count > rowLimit ? "The analysis file lists \(Numeral.count(places.count))." : "")
    ]
    let blocks = try ["block", "residual"].flatMap { try self.blocks($0, group, genres) }
    exhibit.tables.append(
      Table(
        title: "Blocks that writers share beyond chance",
        columns: [
          ("where", false), ("elements", true), ("writes", false), ("observed", true), ("expected", true),
          ("adjusted p", true),
        ], rows: Array(blocks.prefix(rowLimit)),
        note: blocks.count > rowLimit ? "The first \(rowLimit) of \(Numeral.count(blocks.count))." : ""))
    exhibit.places = order.prefix(placeLimit).map { places[$0].link }
    return exhibit
  }

  private static func name(_ genre: Int, _ genres: [String]) -> String {
    genres.indices.contains(genre) ? genres[genre] : "–"
  }

  /// Rows of the table, the surest first: blocks of one matrix, or of the residual stream.
  private static func blocks(_ name: String, _ group: GroupReader, _ genres: [String]) throws -> [[Table.Cell]] {
    let genreOf = try group.counts("\(name)_genre", name)
    let isColumn = try group.truths("\(name)_is_column", name)
    let (starts, sizes) = (try group.counts("\(name)_start", name), try group.counts("\(name)_size", name))
    let observed = try group.counts("\(name)_observed", name)
    let expected = try group.numbers("\(name)_expected", name)
    let chances = try group.numbers("\(name)_adjusted_p_value", name)
    let isOfMatrix = name == "block"
    let layers = isOfMatrix ? try group.counts(Writers.Columns.blockLayer, name) : []
    let matrices = isOfMatrix ? try group.matrices(Writers.Columns.blockMatrix, name) : []
    let found = genreOf.indices.filter { chances[$0] <= FalseDiscoveryRate.level }.sorted {
      (chances[$0], $0) < (chances[$1], $1)
    }
    return found.map { place in
      let axis = isColumn[place] ? "columns" : "rows"
      let whose = isOfMatrix ? "layer \(layers[place]) \(matrices[place].rawValue)" : "across matrices"
      let (last, _) = starts[place].addingReportingOverflow(max(sizes[place], 1) - 1)
      return [
        .text("\(whose), \(axis)"), .number("\(starts[place])–\(last)"),
        .text(self.name(genreOf[place], genres)), .number(Numeral.count(observed[place])),
        .number(Numeral.number(expected[place])), .number(Numeral.chance(chances[place])),
      ]
    }
  }
}

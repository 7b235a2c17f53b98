import Archive
import Drawing
import Geometry

/// Parallelograms among the pairs of relations, before and after discriminant analysis.
enum CrystalsExhibit {
  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let relations = try RelationTable(group)
    var exhibit = Exhibit(
      name: "crystals", title: "Crystals",
      introduction: Markup(
        "Pairs of points that are related alike should differ alike: two pairs make a parallelogram, or at least a "
          + "trapezoid. Linear discriminant analysis takes away the directions in which pairs of one relation "
          + "differ; results after it are of held-out pairs."))
    guard !relations.names.isEmpty else { return exhibit }
    exhibit.figures = [
      figure(
        relations, .cosine, "Cosine of the differences of two pairs", "1 for parallel differences, 0 for unrelated ones"
      ),
      figure(
        relations, .deviation, "Deviation from a parallelogram", "0 for parallelograms; the smaller, the better"),
    ]
    if let drawings = try CrystalDrawings(group, relations: relations.names) {
      exhibit.figures.append(drawings.figure)
    }
    exhibit.tables = [qualities(relations), try functions(group, relations.names), try agreements(group)]
    if group.has("distractor_correlation") { exhibit.tables.append(try distractors(group)) }
    return exhibit
  }

  // MARK: Figures

  private static func figure(
    _ relations: RelationTable, _ measure: RelationTable.Measure, _ title: String, _ meaning: String
  ) -> Figure {
    let plot = IntervalPlot(
      entries: relations.names.indices.map { relation in
        let places = RelationTable.Stage.allCases.map { relations.place(relation, measure, $0) }
        let chances = places.map { relations.rate($0) }
        let (qualities, after) = (relations.qualities, places[1])
        return .init(
          label: relations.names[relation].cut(30), value: qualities.values[after],
          low: qualities.means[after] - 2 * qualities.deviations[after],
          high: qualities.means[after] + 2 * qualities.deviations[after],
          note: "p \(chances[0]) → \(chances[1]), change \(chances[2])", middle: qualities.means[after],
          earlier: qualities.values[places[0]])
      }, title: meaning, label: { Numeral.number($0) }, tick: { Numeral.number($0) })
    return Figure(
      name: "crystals-\(measure.rawValue)", title: title,
      caption: Markup(
        "Rings: before discriminant analysis. Dots: after it, of held-out pairs. Lines: where the dot would be with "
          + "relations permuted over pairs, mean ± 2 deviations. Beside them the false discovery rates over relations "
          + "before, after, and of the change."
      ),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Tables

  private static func qualities(_ relations: RelationTable) -> Table {
    Table(
      title: "Relations before and after, each z beside permuted relations",
      columns: [
        ("relation", false), ("pairs", true), ("cosine before", true), ("z", true), ("after", true), ("z", true),
        ("change", true), ("z", true), ("p", true), ("effect pair by pair", true),
      ],
      rows: relations.names.indices.map { relation in
        let qualities = relations.qualities
        let cosines = RelationTable.Stage.allCases.map { relations.place(relation, .cosine, $0) }
        return [.text(relations.names[relation].cut(40)), .number(Numeral.count(relations.pairCounts[relation]))]
          + cosines.flatMap {
            [.number(Numeral.number(qualities.values[$0])), .number(Numeral.number(qualities.scores[$0]))]
          }
          + [
            .number(qualities.chance(cosines[2])), .number(Numeral.number(relations.pairEffects[relation])),
          ]
      },
      note:
        "p is that of the change beside permuted relations. The effect pair by pair is the mean change over its "
        + "deviation."
    )
  }

  private static func functions(_ group: GroupReader, _ names: [String]) throws -> Table {
    let columns = try ["hits", "plain_hits", "reciprocal_rank", "plain_reciprocal_rank", "effect", "p_value"].map {
      try group.numbers("function_\($0)", "relation")
    }
    let draws =
      group.has(Crystals.Columns.functionDraws) ? try group.numbers(Crystals.Columns.functionDraws, "relation") : nil
    return Table(
      title: "Function vectors: whether the mean difference of other pairs leads to the second point",
      columns: [
        ("relation", false), ("found first", true), ("without the vector", true), ("mean of 1 / rank", true),
        ("without", true), ("effect", true), ("p", true),
      ],
      rows: names.indices.map { relation in
        [
          .text(names[relation].cut(40)), .number(Numeral.share(columns[0][relation])),
          .number(Numeral.share(columns[1][relation])), .number(Numeral.number(columns[2][relation])),
          .number(Numeral.number(columns[3][relation])), .number(Numeral.number(columns[4][relation])),
          .number(Numeral.chance(columns[5][relation], of: draws?[relation])),
        ]
      })
  }

  /// The table of silhouettes and clusters of differences, all relations together.
  private static func agreements(_ group: GroupReader) throws -> Table {
    let metrics = try group.labels("metric")
    let stages = try group.labels("stage")
    var rows: [[Table.Cell]] = []
    func add(_ what: String, _ metric: String, _ stage: String, _ null: NullColumns, _ place: Int) {
      rows.append([.text(what), .text(metric), .text(stage)] + null.cells(place))
    }
    let silhouettes = try NullColumns(group, prefix: "silhouette_", "metric", "stage")
    for place in 0..<metrics.count * stages.count {
      add("silhouette by relation", metrics[place / stages.count], stages[place % stages.count], silhouettes, place)
    }
    for stage in ["before", "after"] {
      let clusters = try NullColumns(group, prefix: "cluster_\(stage)_", "metric")
      for metric in metrics.indices { add("clusters against relations, AMI", metrics[metric], stage, clusters, metric) }
    }
    return Table(
      title: "Differences of all relations together",
      columns: [("measure", false), ("metric", false), ("", false)] + NullColumns.titles, rows: rows)
  }

  private static func distractors(_ group: GroupReader) throws -> Table {
    let (sides, count) = (try group.labels("side"), try group.length("component"))
    let shares = try group.numbers("distractor_share", "side", "component")
    let correlations = try group.numbers("distractor_correlation", "side", "component")
    let chances = try group.numbers("distractor_p_value", "side", "component")
    let draws = group.has("distractor_strongest_draws") ? try group.numbers("distractor_strongest_draws", "side") : nil
    let rows = shares.indices.filter { shares[$0].isFinite }.map { place -> [Table.Cell] in
      [
        .text(sides[place / count]), .number("\(place % count + 1)"), .number(Numeral.share(shares[place])),
        .number(Numeral.number(correlations[place])),
        .number(Numeral.chance(chances[place], of: draws?[place / count])),
      ]
    }
    return Table(
      title:
        "Distractor: components of what the analysis removes and keeps, against a number of the points, such as a "
        + "word's length",
      columns: [("side", false), ("component", true), ("share", true), ("correlation", true), ("p", true)], rows: rows)
  }
}

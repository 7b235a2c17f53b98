import Archive
import Drawing

/// What the page shows of an atlas: a section for each subject, then massive activations and the foremost weights.
public enum AtlasExhibits {
  /// Reads all sections of a file, with what was found in each.
  public static func make(of file: AtlasFile) throws -> (exhibits: [Exhibit], sentences: [String]) {
    func reader(_ name: String) throws -> GroupReader? {
      try file.group(name).map { GroupReader(group: $0, path: file.path, command: "locus atlas") }
    }
    var exhibits: [Exhibit] = []
    var sentences: [String] = []
    for subject in AtlasSubject.allCases {
      guard let rows = try reader(subject.rawValue), let standouts = try reader(AtlasTable.standoutName(subject)) else {
        continue
      }
      let agreement = try reader(AtlasTable.agreementName(subject))
      sentences += (agreement?.findings ?? []) + standouts.findings
      exhibits.append(try SubjectExhibit(subject, rows: rows, standouts: standouts, agreement: agreement).exhibit)
    }
    if let massive = try reader(MassiveActivations.name) {
      sentences += massive.findings
      exhibits.append(try exhibit(ofMassive: massive))
    }
    if let weights = try reader(Atlas.weightName) {
      sentences += weights.findings
      exhibits.append(try exhibit(ofWeights: weights))
    }
    return (exhibits, sentences)
  }

  private static func exhibit(ofMassive group: GroupReader) throws -> Exhibit {
    let (indices, sizes) = (
      try group.counts("largest_index", "layer"), try group.numbers("largest_magnitude", "layer")
    )
    let times = try group.numbers("largest_times_median", "layer")
    let plot = LinePlot(
      series: [
        LinePlot.Series(
          name: "largest magnitude over the median",
          points: times.enumerated().map { LinePlot.Point(x: Double($0), y: $1) }, style: SeriesStyle(class: 0))
      ], horizontal: .init(title: "layer"), vertical: .init(title: "times the median"),
      references: [ReferenceLine(MassiveActivations.leastRatio, name: "massive")], bounds: [0])
    let title = "Largest activation behind each layer"
    return Exhibit(
      name: "massive-activations", title: "Massive activations", introduction: Markup(group.group.comment),
      figures: [
        Figure(
          name: "massive-activations", title: title,
          caption: Markup("The largest magnitude of the residual stream over the median of its layer."),
          drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
      ],
      tables: [
        Table(
          title: title,
          columns: [("layer", true), ("index", true), ("magnitude", true), ("times the median", true)],
          rows: indices.indices.map {
            [
              .number(String($0)), .number(String(indices[$0])), .number(Numeral.number(sizes[$0])),
              .number(Numeral.number(times[$0])),
            ]
          })
      ])
  }

  private static func exhibit(ofWeights group: GroupReader) throws -> Exhibit {
    let (layers, matrices) = (try group.counts("layer", "place"), try group.matrices("matrix", "place"))
    let (rows, columns) = (try group.counts("row", "place"), try group.counts("column", "place"))
    let (kinds, values) = (try group.kinds("kind", "place"), try group.numbers("divergence", "place"))
    return Exhibit(
      name: "super-weights", title: "Foremost weights", introduction: Markup(group.group.comment),
      tables: [
        Table(
          title: "Foretold to matter most",
          columns: [
            ("layer", true), ("matrix", false), ("row", true), ("column", true), ("kind", false), ("nats", true),
          ],
          rows: layers.indices.map {
            [
              .number(String(layers[$0])), .text(matrices[$0].rawValue), .number(String(rows[$0])),
              .number(String(columns[$0])), .text(kinds[$0].rawValue), .number(Numeral.number(values[$0])),
            ]
          })
      ])
  }
}

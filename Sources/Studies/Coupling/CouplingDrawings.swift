import Archive
import Drawing
import Statistics

/// What the figures of coupling have in common, as the file holds it.
struct CouplingDrawings {
  private let study: GroupReader
  private let hosts: [String]
  private let promptCount: Int
  private let widths: [Double]
  private let layerCount: Int
  private let coupling: [Double]
  private let null: [Double]
  private let norms: [Double]
  /// Ways of hosts, the trained one first, and the hosts of each.
  private let ways: [(name: String, hosts: [Int])]
  /// The width that is shown where there is room for one: 10, or the smallest.
  private let shown: Int

  init(_ study: GroupReader) throws {
    self.study = study
    hosts = try study.labels("host")
    promptCount = try study.length("prompt")
    widths = try study.coordinates("width")
    layerCount = try study.length("layer")
    coupling = try study.numbers("coupling", "host", "prompt", "width", "layer", "other_layer")
    null = try study.numbers("null_by_layer", "host", "prompt", "width", "layer")
    norms = try study.numbers("stream_norm", "host", "prompt", "depth")
    guard layerCount > 1, promptCount > 0, !hosts.isEmpty, !widths.isEmpty else {
      throw study.missing("pair of layers")
    }
    var ways: [(name: String, hosts: [Int])] = []
    for (number, host) in hosts.enumerated() {
      let way = String(host.prefix { $0 != " " })
      if let place = ways.firstIndex(where: { $0.name == way }) {
        ways[place].hosts.append(number)
      } else {
        ways.append((way, [number]))
      }
    }
    self.ways = ways
    shown = widths.firstIndex(of: 10) ?? 0
  }

  private var shownWidth: String { Numeral.plain(widths[shown]) }

  // MARK: Values

  /// m_K of a layer in the bases of another one, the mean over prompts.
  private func coupling(_ host: Int, _ width: Int, _ layer: Int, _ other: Int) -> Double {
    (0..<promptCount).map { prompt in
      let square = (host * promptCount + prompt) * widths.count + width
      return coupling[(square * layerCount + layer) * layerCount + other]
    }.mean
  }

  private func null(_ host: Int, _ width: Int, _ layer: Int) -> Double {
    (0..<promptCount).map { prompt in
      null[((host * promptCount + prompt) * widths.count + width) * layerCount + layer]
    }.mean
  }

  /// How far two neighbours are more coupled than random bases, the lower one being `layer`.
  private func excess(_ host: Int, _ width: Int, _ layer: Int) -> Double {
    let found = (coupling(host, width, layer, layer + 1) + coupling(host, width, layer + 1, layer)) / 2
    return (null(host, width, layer) + null(host, width, layer + 1)) / 2 - found
  }

  private func point(_ x: Double, _ values: [Double]) -> LinePlot.Point {
    values.count > 1
      ? LinePlot.Point(x: x, y: values.mean, low: values.min() ?? .nan, high: values.max() ?? .nan)
      : LinePlot.Point(x: x, y: values.first ?? .nan)
  }

  // MARK: Figures

  /// How far each layer is more coupled to each other one than random bases.
  var matrix: Figure {
    let values = (0..<layerCount).map { layer in
      (0..<layerCount).map { $0 == layer ? .nan : null(0, shown, layer) - coupling(0, shown, layer, $0) }
    }
    let limit = values.flatMap(\.self).filter(\.isFinite).map(abs).max() ?? 1
    let names = (0..<layerCount).map(String.init)
    let plot = MatrixPlot(
      rows: names, columns: names, values: values, shading: .diverging(limit: max(limit, 1e-9)),
      rowTitle: "Jacobian of layer", columnTitle: "in the bases of layer", hasNumbers: layerCount <= 16)
    return figure(
      "matrix", "Which blocks share directions",
      "How far m_K of each layer's Jacobian in the singular bases of another layer is below that in random bases, at "
        + "K = \(shownWidth), the mean over prompts; above 0 is coupled.",
      width: plot.width, height: plot.height, plot.marks)
  }

  /// Coupling of neighbours by depth, in the model and in untrained hosts.
  var depth: Figure {
    let series = ways.map { way in
      LinePlot.Series(
        name: way.name,
        points: (0..<layerCount - 1).map { layer in
          point(Double(layer) + 0.5, way.hosts.map { excess($0, shown, layer) })
        })
    }
    let plot = LinePlot(
      series: series.reversed(), horizontal: Axis.Words(title: "between layers"),
      vertical: Axis.Words(title: "coupling beyond random bases"), references: [ReferenceLine(0, name: "random bases")])
    return figure(
      "depth", "Where neighbours are coupled",
      "m_K in random bases less m_K of two neighbouring layers in each other's bases, at K = \(shownWidth), the mean "
        + "over prompts; bands reach from the least to the greatest of the untrained hosts of a way.",
      width: plot.width, height: plot.height, plot.marks)
  }

  /// Coupling of neighbours by the number of directions.
  var directions: Figure {
    let series = ways.map { way in
      LinePlot.Series(
        name: way.name,
        points: widths.indices.map { width in
          point(
            widths[width], way.hosts.map { host in (0..<layerCount - 1).map { excess(host, width, $0) }.mean })
        })
    }
    let plot = LinePlot(
      series: series.reversed(), horizontal: Axis.Words(title: "directions K", isLogarithmic: true),
      vertical: Axis.Words(title: "coupling beyond random bases"), references: [ReferenceLine(0, name: "random bases")])
    return figure(
      "widths", "How many directions neighbours share",
      "The same over all neighbours, by the number K of singular vectors.", width: plot.width, height: plot.height,
      plot.marks)
  }

  /// The length of the stream by depth.
  var growth: Figure {
    let series = ways.map { way in
      LinePlot.Series(
        name: way.name,
        points: (0...layerCount).map { depth in
          point(
            Double(depth),
            way.hosts.map { host in
              (0..<promptCount).map { norms[(host * promptCount + $0) * (layerCount + 1) + depth] }.mean
            })
        })
    }
    let plot = LinePlot(
      series: series.reversed(), horizontal: Axis.Words(title: "behind so many blocks"),
      vertical: Axis.Words(title: "length of the stream", isLogarithmic: true))
    return figure(
      "growth", "How the stream grows",
      "Length of the last token's residual stream, the mean over prompts; a straight line is exponential growth. Bands "
        + "reach from the least to the greatest of the untrained hosts of a way.",
      width: plot.width, height: plot.height, plot.marks)
  }

  private func figure(
    _ name: String, _ title: String, _ caption: String, width: Double, height: Double, _ marks: [Mark]
  ) -> Figure {
    Figure(
      name: "coupling-" + name, title: title, caption: Markup(caption),
      drawing: Drawing(width: width, height: height, description: title, marks: marks))
  }

  // MARK: Table

  /// Each measure beside those of untrained hosts; none where there are no such hosts.
  var tables: [Table] {
    get throws {
      guard study.has("host_p") else { return [] }
      let (measures, controls) = (try study.labels("measure"), try study.labels("control"))
      let trained = try study.numbers("measure_trained", "measure")
      func column(_ name: String) throws -> [Double] { try study.numbers(name, "measure", "control") }
      let (untrained, deviations) = (try column("measure_untrained"), try column("difference_deviations"))
      let (prompts, hosts) = (try column("prompt_p"), try column("host_p"))
      let rows = measures.indices.flatMap { measure in
        controls.indices.map { control -> [Table.Cell] in
          let place = measure * controls.count + control
          return [
            .text(measures[measure].replacing("_", with: " ")), .number(Numeral.number(trained[measure])),
            .text(controls[control]), .number(Numeral.number(untrained[place])),
            .number(Numeral.number(deviations[place])), .number(Numeral.chance(prompts[place])),
            .number(Numeral.chance(hosts[place])),
          ]
        }
      }
      return [
        Table(
          title: "The model beside untrained hosts",
          columns: [
            ("measure", false), ("model", true), ("hosts", false), ("mean", true), ("deviations away", true),
            ("p over prompts", true), ("p over hosts", true),
          ],
          rows: rows,
          note: "coupling K: m of neighbours below that of random bases. Probabilities are not corrected here.")
      ]
    }
  }
}

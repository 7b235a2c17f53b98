import Archive
import Drawing

extension Ablation {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let sites = try study.labels("site")
    let curves = try AblationCurves(study)
    return Exhibit(
      name: name, title: "Ablation",
      introduction: Markup(
        "Random units of every layer are replaced, more and more of them; the curves say how much worse the model then "
          + "predicts the texts, and a method whose curve is lower is gentler."),
      figures: sites.indices.map { curves.figure(site: $0, sites[$0]) }, tables: [curves.table])
  }
}

/// The curves of an ablation as its file holds them.
private struct AblationCurves {
  private let sites: [String]
  private let methods: [String]
  private let seedCount: Int
  private let fractions: [Double]
  private let crossEntropy: [Double]
  private let top1: [Double]
  private let unedited: Double

  init(_ study: GroupReader) throws {
    sites = try study.labels("site")
    methods = try study.labels("method")
    seedCount = try study.length("seed")
    fractions = try study.coordinates("fraction")
    crossEntropy = try study.numbers("cross_entropy", "site", "method", "seed", "fraction")
    top1 = try study.numbers("top1", "site", "method", "seed", "fraction")
    unedited = try study.numbers("cross_entropy_unedited", "whole").first ?? .nan
  }

  /// The values of one point over seeds.
  private func values(_ all: [Double], _ site: Int, _ method: Int, _ fraction: Int) -> [Double] {
    (0..<seedCount).map { seed in
      all[((site * methods.count + method) * seedCount + seed) * fractions.count + fraction]
    }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

  func figure(site: Int, _ name: String) -> Figure {
    let series = methods.indices.map { method in
      LinePlot.Series(
        name: methods[method],
        points: fractions.indices.map { fraction in
          let own = values(crossEntropy, site, method, fraction)
          return LinePlot.Point(
            x: fractions[fraction], y: mean(own), low: own.min() ?? .nan, high: own.max() ?? .nan)
        })
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "share of units replaced", label: Numeral.tick),
      vertical: Axis.Words(title: "cross-entropy, nats"), references: [ReferenceLine(unedited, name: "unedited")])
    let title = "Units of \(name) replaced"
    return Figure(
      name: "ablation-\(name.replacing("_", with: "-"))", title: title,
      caption: Markup(
        "Mean of −ln p of the targets against the share of each layer's units that are replaced; bands reach from the "
          + "least to the greatest of \(Numeral.items(seedCount, "random order"))."),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  /// What half of the units cost, by site and method.
  var table: Table {
    let half = fractions.indices.min { abs(fractions[$0] - 0.5) < abs(fractions[$1] - 0.5) } ?? 0
    let rows = sites.indices.flatMap { site in
      methods.indices.map { method -> [Table.Cell] in
        let rise = mean(values(crossEntropy, site, method, half)) - unedited
        let share = mean(values(top1, site, method, half))
        return [
          .text(sites[site]), .text(methods[method]), .number(Numeral.number(rise)), .number(Numeral.share(share)),
        ]
      }
    }
    return Table(
      title: "With \(Numeral.share(fractions[half])) of the units replaced",
      columns: [("site", false), ("method", false), ("rise, nats", true), ("first choice right", true)], rows: rows)
  }
}

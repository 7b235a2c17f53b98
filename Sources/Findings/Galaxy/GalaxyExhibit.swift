import Archive
import Drawing
import Foundation

/// Spectra of a cloud with their fits and controls, effective dimensions and the clustering entropy, of the whole and
/// by layer.
enum GalaxyExhibit {
  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let galaxies = try GalaxyTable(group)
    var exhibit = Exhibit(
      name: "galaxy", title: "The galaxy",
      introduction: Markup(
        "The large-scale shape of the cloud: how its variance falls from component to component, in how many "
          + "directions it spreads, and how clustered it is, each beside normal clouds of the same number of points: "
          + "matched ones, of the same covariance, show what is there beyond it; isotropic ones spread evenly, which "
          + "hardly any cloud of use does."))
    guard !galaxies.names.isEmpty else { return exhibit }
    exhibit.numbers = [
      ("dimensions", Numeral.count(galaxies.dimensions[0])),
      ("effective dimension", Numeral.number(galaxies.figures[1].nulls.values[0])),
    ]
    exhibit.figures = [spectrum(galaxies)]
    if galaxies.names.count > 1 { exhibit.figures += galaxies.figures.prefix(2).map { figure($0, galaxies) } }
    exhibit.tables = [windows(galaxies), controls(galaxies), entropies(galaxies)]
    return exhibit
  }

  // MARK: Spectrum

  private static func spectrum(_ galaxies: GalaxyTable) -> Figure {
    let own = galaxies.spectrum(0)
    // What is next to nothing beside the largest is rounding.
    let least = (own.first ?? 0) * 1e-10
    func curve(_ values: [Double]) -> [(x: Double, y: Double)] {
      values.enumerated().filter { $0.element > least }.map { (Double($0.offset + 1), $0.element) }
    }
    let law = galaxies.law(0)
    let fitted = [law.first, law.last].map { (x: $0, y: pow(10, law.intercept + law.slope * log10($0))) }
    let end = Double(max(own.count, 2))
    let edges = galaxies.edges(0).filter { $0 > least }
    let controls: [(paint: Paint, isDashed: Bool)] = [(.second, false), (.both, true)]
    let plot = ScatterPlot(
      horizontal: .init(title: "rank", label: { Numeral.roundTick($0) }, isLogarithmic: true),
      vertical: .init(title: "eigenvalue of the covariance", label: { Numeral.roundTick($0) }, isLogarithmic: true),
      points: curve(own).map {
        .init(x: $0.x, y: $0.y, paint: .ink, radius: 2.2, tip: "rank \(Int($0.x)): \(Numeral.number($0.y))")
      },
      lines: edges.map { .init(points: [(1, $0), (end, $0)], paint: .quiet, width: 1) }
        + [.init(points: curve(galaxies.expected(0)), paint: .quiet, isDashed: true)]
        + galaxies.controls.indices.map {
          let look = controls[$0 % controls.count]
          return .init(points: curve(galaxies.spectrum(0, control: $0)), paint: look.paint, isDashed: look.isDashed)
        } + [.init(points: fitted, paint: .first, width: 2.5)],
      plotWidth: 700, plotHeight: 400)
    let title = "The spectrum of the cloud"
    return Figure(
      name: "galaxy-spectrum", title: title,
      caption: Markup(
        "Eigenvalues of the covariance by rank. The power law is fitted to ranks \(Numeral.whole(law.first)) to "
          + "\(Numeral.whole(law.last)): slope \(Numeral.number(law.slope)), R² "
          + "\(Numeral.number(law.determination)). Between the horizontal lines lie the eigenvalues of an isotropic "
          + "cloud of very many points and dimensions. For normal clouds the mean of the draws is shown."),
      drawing: Drawing(
        plot.marks, width: plot.width, height: plot.height,
        legend: Legend(
          entries: [.symbol(PointSymbol(.ink), "the cloud"), .line(.first, isDashed: false, "power law in its window")]
            + galaxies.controls.enumerated().map { place, name in
              let look = controls[place % controls.count]
              return .line(look.paint, isDashed: look.isDashed, "\(name) normal clouds".cut(40))
            } + [
              .line(.quiet, isDashed: true, "Marchenko–Pastur, expected"),
              .line(.quiet, isDashed: false, "its edges"),
            ]), description: title))
  }

  /// One figure of every group beside its controls.
  private static func figure(_ figure: GalaxyTable.Controlled, _ galaxies: GalaxyTable) -> Figure {
    let entries = galaxies.names.indices.flatMap { group in
      galaxies.controls.indices.map { control in
        figure.nulls.interval(
          group * galaxies.controls.count + control,
          label: "\(galaxies.names[group].cut(20)), \(galaxies.controls[control].cut(12))")
      }
    }
    let plot = IntervalPlot(
      entries: entries, title: figure.title, label: { Numeral.number($0) }, tick: { Numeral.number($0) })
    let title = "\(figure.title.prefix(1).uppercased())\(figure.title.dropFirst()) by group"
    return Figure(
      name: "galaxy-\(figure.name.replacing("_", with: "-"))", title: title,
      caption: Markup(
        "Dots are values of the whole cloud and of its groups, such as layers; lines are the mean of normal clouds ± 2 "
          + "deviations."
      ),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Tables

  private static func windows(_ galaxies: GalaxyTable) -> Table {
    Table(
      title: "The power law in other windows",
      columns: [("ranks", true), ("slope", true), ("its standard error", true), ("R²", true)],
      rows: galaxies.windows(0).filter { $0.slope.isFinite }.map {
        [
          .number("\(Numeral.whole($0.first))–\(Numeral.whole($0.last))"), .number(Numeral.number($0.slope)),
          .number(Numeral.number($0.error)), .number(Numeral.number($0.determination)),
        ]
      }, note: "Residuals of ordered eigenvalues are not independent, so that standard errors are too small.")
  }

  private static func controls(_ galaxies: GalaxyTable) -> Table {
    let rows = galaxies.names.indices.flatMap { group in
      galaxies.figures.flatMap { figure in
        galaxies.controls.indices.map { control -> [Table.Cell] in
          [
            .text(galaxies.names[group].cut(24)), .text(figure.title), .text(galaxies.controls[control].cut(16)),
          ] + figure.nulls.cells(group * galaxies.controls.count + control)
        }
      }
    }
    return Table(
      title: "Beside normal clouds",
      columns: [("group", false), ("figure", false), ("control", false)] + NullColumns.titles,
      rows: Array(rows.prefix(200)),
      note: rows.count > 200 ? "The analysis file has all \(Numeral.count(rows.count)) rows." : "")
  }

  private static func entropies(_ galaxies: GalaxyTable) -> Table {
    Table(
      title: "Clustering entropy, in nats: 0 for normal clouds, larger the more points gather",
      columns: [
        ("group", false), ("points", true), ("components", true), ("difference", true), ("bias", true),
        ("corrected", true), ("per component", true), ("z", true), ("p", true),
      ],
      rows: galaxies.entropies.map { name, entropy in
        [
          .text(name.cut(24)), .number(Numeral.count(entropy.points)), .number(Numeral.count(entropy.components)),
          .number(Numeral.number(entropy.difference)),
          .number("\(Numeral.number(entropy.bias)) ± \(Numeral.number(entropy.deviation))"),
          .number(Numeral.number(entropy.corrected)), .number(Numeral.number(entropy.perComponent)),
          .number(Numeral.number(entropy.z)), .number(entropy.chance),
        ]
      }, note: "The bias of the estimate is measured on normal clouds of the same size and dimension, and subtracted.")
  }
}

import Archive
import Drawing
import Statistics

/// The figures and the table of a pruning, read from its group.
struct PruningDrawings {
  private let sites: [String]
  private let importances: [String]
  private let percents: [Double]
  private let controls: [String]
  private let seeds: Int
  /// Shares of first choices of the text to forget, and of that to keep.
  private let forget: Curves
  private let retain: Curves
  private let area: [Double]
  private let controlArea: [Double]
  private let chances: [Double]

  /// The values of one measure: of the importances, of the controls, and of the steps if there are any.
  private struct Curves {
    let own: [Double]
    let controls: [Double]
    let steps: [Double]

    init(_ study: GroupReader, _ name: String) throws {
      own = try study.numbers(name, "site", "importance", "percent")
      controls = try study.numbers("control_" + name, "site", "control", "seed", "percent")
      steps = study.has("iterated_" + name) ? try study.numbers("iterated_" + name, "site", "step") : []
    }
  }

  init(_ study: GroupReader) throws {
    sites = try study.labels("site")
    importances = try study.labels("importance")
    percents = try study.coordinates("percent")
    controls = try study.labels("control")
    seeds = try study.length("seed")
    forget = try Curves(study, "forget_top1")
    retain = try Curves(study, "retain_top1")
    area = try study.numbers("area", "site", "importance")
    controlArea = try study.numbers("control_area", "site", "control", "seed")
    chances = try study.numbers("control_p", "site", "control")
  }

  // MARK: Figures

  /// A figure of what is kept against what is forgotten, and one of both along the percent, for each site.
  var figures: [Figure] { sites.indices.flatMap { [trade($0), courses($0)] } }

  private func trade(_ site: Int) -> Figure {
    let own = importances.indices.map { number in
      LinePlot.Series(
        name: importances[number],
        points: percents.indices.map { point in
          let place = (site * importances.count + number) * percents.count + point
          return .init(x: retain.own[place], y: forget.own[place], name: "\(Numeral.plain(percents[point])) %")
        }, style: SeriesStyle(class: number))
    }
    let drawn = controls.indices.map { number in
      LinePlot.Series(
        name: controls[number],
        points: percents.indices.map { point in
          let (x, y) = (draws(retain, site, number, point).mean, draws(forget, site, number, point).mean)
          return .init(x: x, y: y, name: "\(Numeral.plain(percents[point])) %, mean of seeds")
        }, style: SeriesStyle(paint: .quiet, dashes: [Double(2 + 3 * number), 3]))
    }
    let steps = forget.steps.count / max(sites.count, 1)
    let iterated =
      steps == 0
      ? []
      : [
        LinePlot.Series(
          name: "step by step",
          points: (site * steps..<(site + 1) * steps).map { .init(x: retain.steps[$0], y: forget.steps[$0]) },
          style: SeriesStyle(class: importances.count))
      ]
    let plot = LinePlot(
      series: drawn + own + iterated,
      horizontal: .init(title: "first choices of the texts to keep", label: Numeral.tick),
      vertical: .init(title: "of the texts to forget", label: Numeral.tick), value: { Numeral.share($0) }, bounds: [0])
    return figure(
      site, "trade", "What is forgotten against what is kept, \(sites[site])",
      "Each line begins with the unpruned model, at the upper right. One that falls before it goes to the left forgets "
        + "without a cost. Controls, in grey, are means over seeds.", plot)
  }

  private func courses(_ site: Int) -> Figure {
    let main = importances.firstIndex(of: Importance.abs.rawValue) ?? 0
    func own(_ curves: Curves, _ name: String, _ number: Int) -> LinePlot.Series {
      let first = (site * importances.count + main) * percents.count
      return .init(
        name: name, points: percents.indices.map { .init(x: percents[$0], y: curves.own[first + $0]) },
        style: SeriesStyle(class: number))
    }
    func random(_ curves: Curves, _ name: String, _ dashes: [Double]) -> LinePlot.Series {
      .init(
        name: name,
        points: percents.indices.map { point in
          let values = draws(curves, site, 0, point)
          return .init(
            x: percents[point], y: values.mean, low: values.min() ?? .nan, high: values.max() ?? .nan)
        }, style: SeriesStyle(paint: .quiet, dashes: dashes))
    }
    let plot = LinePlot(
      series: [
        random(forget, "forget, random", [2, 3]), random(retain, "keep, random", [8, 3]),
        own(forget, "forget, \(importances[main])", 0), own(retain, "keep, \(importances[main])", 1),
      ], horizontal: .init(title: "percent of the units at zero"),
      vertical: .init(title: "first choices", label: Numeral.tick), value: { Numeral.share($0) }, bounds: [0])
    return figure(
      site, "course", "Both texts as units go, \(sites[site])",
      "Shares of targets that are the model's first choice. Grey: random units, with the range over seeds.", plot)
  }

  private func draws(_ curves: Curves, _ site: Int, _ control: Int, _ point: Int) -> [Double] {
    (0..<seeds).map { curves.controls[((site * controls.count + control) * seeds + $0) * percents.count + point] }
  }

  private func figure(_ site: Int, _ name: String, _ title: String, _ caption: String, _ plot: LinePlot) -> Figure {
    Figure(
      name: "pruning-\(name)-\(sites[site].replacing("_", with: "-"))", title: title, caption: Markup(caption),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Table

  /// The selectivity area of every importance and control.
  var areas: Table {
    let rows = sites.indices.flatMap { site -> [[Table.Cell]] in
      let own = importances.indices.map { number -> [Table.Cell] in
        [
          .text(sites[site]), .text(importances[number]),
          .number(Numeral.number(area[site * importances.count + number])), .number(""), .number(""),
        ]
      }
      let drawn = controls.indices.map { number -> [Table.Cell] in
        let first = (site * controls.count + number) * seeds
        let moments = SampleMoments(controlArea[first..<first + seeds])
        return [
          .text(sites[site]), .text(PruningControl(rawValue: controls[number])?.words ?? controls[number]),
          .number(Numeral.number(moments.mean)), .number(Numeral.number(moments.variance.squareRoot())),
          .number(Numeral.chance(chances[site * controls.count + number])),
        ]
      }
      return own + drawn
    }
    return Table(
      title: "Selectivity area: 0 where forgetting costs nothing, 1 where both texts fall alike",
      columns: [("site", false), ("units pruned by", false), ("area", true), ("deviation", true), ("p", true)],
      rows: rows,
      note: "Deviation and p are over seeds; p is the chance of as small an area as that of abs, or of the first "
        + "importance, if it were one more draw of the control.")
  }
}

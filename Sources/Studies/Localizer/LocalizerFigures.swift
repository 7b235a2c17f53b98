import Archive
import Drawing

/// The figures and tables of the units that a localizer chose.
struct LocalizerFigures {
  private let study: GroupReader
  private let sites: [String]
  private let modes: [String]
  private let sets: [String]
  private let texts: [String]
  private let pooling: String

  init(_ study: GroupReader) throws {
    self.study = study
    sites = try study.labels("site")
    modes = try study.labels("mode")
    sets = try study.labels("set")
    texts = try study.labels("text")
    pooling = try study.texts("chosen_by").first ?? ""
  }

  private func figure(_ name: String, _ title: String, _ caption: String, _ marks: [Mark], _ size: (Double, Double))
    -> Figure
  {
    Figure(
      name: "localizer-\(name.replacing("_", with: "-"))", title: title, caption: Markup(caption),
      drawing: Drawing(width: size.0, height: size.1, description: title, marks: marks))
  }

  // MARK: Contrasts

  /// Where a chosen site stands among all sites, and the pooling that units are chosen by.
  private func place(_ site: Int) throws -> (site: Int, pooling: Int) {
    guard let place = try study.labels("any_site").firstIndex(of: sites[site]),
      let kind = try study.labels("pooling").firstIndex(of: pooling)
    else { throw study.missing("site \(sites[site]) with the pooling \(pooling)") }
    return (place, kind)
  }

  /// The values of a site and mode along the layers.
  private func layers(_ name: String, _ site: Int, mode: Int) throws -> [Double] {
    let all = try study.numbers(name, "any_site", "pooling", "mode", "layer")
    let (count, place) = (try study.length("layer"), try place(site))
    let poolings = try study.length("pooling")
    let start = ((place.site * poolings + place.pooling) * modes.count + mode) * count
    return Array(all[start..<start + count])
  }

  /// How many units answer, by layer.
  var discoveries: Figure {
    get throws {
      var series: [LinePlot.Series] = []
      for (ending, words) in [("", ""), ("_untrained", ", random weights")]
      where study.has("discoveries_by_layer" + ending) {
        for site in sites.indices {
          let counts = try layers("discoveries_by_layer" + ending, site, mode: 0)
          let style = SeriesStyle(class: site)
          series.append(
            .init(
              name: sites[site] + words,
              points: counts.enumerated().map { LinePlot.Point(x: Double($0.offset), y: $0.element) },
              style: SeriesStyle(paint: style.paint, dashes: ending.isEmpty ? [] : [3, 3], shape: style.shape)))
        }
      }
      let plot = LinePlot(
        series: series, horizontal: .init(title: "layer"), vertical: .init(title: "units that differ"), bounds: [0])
      return figure(
        "units", "Units that tell the conditions apart",
        "How many units of each layer differ between the two conditions by Welch's t of the \(pooling) activation, at "
          + "a false discovery rate of 5 % over the units of a site.", plot.marks, (plot.width, plot.height))
    }
  }

  /// How many units answer at each site.
  var contrastTable: Table {
    get throws {
      let chance = try study.numbers("probability_of_discoveries", "site")
      let draws = study.has("draws") ? try study.counts("draws").first.map(Double.init) : nil
      func total(_ name: String, _ site: Int, _ mode: Int) throws -> Table.Cell {
        guard study.has(name) else { return .number("–") }
        return .number(Numeral.whole(try layers(name, site, mode: mode).reduce(0, +)))
      }
      return Table(
        title: "Units that tell the conditions apart",
        columns: [
          ("site", false), ("by activation", true), ("by magnitude", true), ("random weights, by activation", true),
          ("random weights, by magnitude", true), ("p with labels dealt anew", true),
        ],
        rows: try sites.indices.map { site in
          [
            .text(sites[site]), try total("discoveries_by_layer", site, 0), try total("discoveries_by_layer", site, 1),
            try total("discoveries_by_layer_untrained", site, 0), try total("discoveries_by_layer_untrained", site, 1),
            .number(Numeral.chance(chance[site], of: draws)),
          ]
        })
    }
  }

  // MARK: Sets

  /// The sets of a kind: the chosen units, those of like magnitude, random ones.
  private var kinds: [(name: String, sets: [Int])] {
    [("chosen", "selected"), ("of like magnitude", "matched"), ("random", "random")].map { name, beginning in
      (name, sets.indices.filter { sets[$0].hasPrefix(beginning) })
    }
  }

  /// The mean over the sets of a kind, with the least and the greatest where there are several.
  private func bar(_ values: [Double]) -> BarPlot.Bar {
    let known = values.filter(\.isFinite)
    let mean = known.reduce(0, +) / Double(known.count)
    guard known.count > 1 else { return .init(mean) }
    return .init(mean, low: known.min() ?? .nan, high: known.max() ?? .nan)
  }

  /// What chosen units and their controls do in each condition.
  func profiles(site: Int) throws -> Figure {
    let conditions = try study.labels("condition")
    let all = try study.numbers("profile", "site", "mode", "set", "condition")
    let groups = kinds.map { kind in
      BarPlot.Group(
        name: kind.name,
        bars: conditions.indices.map { condition in
          bar(kind.sets.map { all[(site * modes.count * sets.count + $0) * conditions.count + condition] })
        })
    }
    let plot = BarPlot(names: conditions, groups: groups, vertical: .init(title: "mean activation"))
    return figure(
      "profile-\(sites[site])", "What units of \(sites[site]) do in each condition",
      "Mean activation of the units of the greatest t, of units of like magnitude and of random ones over the rows of "
        + "each condition; lines reach from the least to the greatest set. The two conditions that are contrasted are "
        + "those that units were chosen by, so that their difference is no finding; the others are held out.",
      plot.marks, (plot.width, plot.height))
  }

  private func rises(_ site: Int, _ mode: Int, _ text: Int, _ chosen: [Int], _ all: [Double]) -> [Double] {
    chosen.map { all[((site * modes.count + mode) * sets.count + $0) * texts.count + text] }
  }

  /// What zeroing costs on each text.
  func rises(site: Int) throws -> Figure {
    let all = try study.numbers("rise", "site", "mode", "set", "text")
    let kinds = kinds
    let bars =
      modes.indices.map { mode in (modes[mode], kinds[0].sets, mode) } + kinds.dropFirst().map { ($0.name, $0.sets, 0) }
    let groups = texts.indices.map { text in
      BarPlot.Group(name: texts[text], bars: bars.map { bar(rises(site, $0.2, text, $0.1, all)) })
    }
    let names = bars.enumerated().map { $0.offset < modes.count ? "chosen, \($0.element.0)" : $0.element.0 }
    let plot = BarPlot(names: names, groups: groups, vertical: .init(title: "rise of cross-entropy, nats"))
    return figure(
      "rise-\(sites[site])", "What zeroing units of \(sites[site]) costs",
      "Rise of the cross-entropy of each text with units at zero at every position: those of the greatest t of the "
        + "activation and of its magnitude, and the controls of the former; lines reach from the least to the greatest "
        + "set.", plot.marks, (plot.width, plot.height))
  }

  /// What zeroing costs, with the chance that one more control costs as much.
  var riseTable: Table {
    get throws {
      let all = try study.numbers("rise", "site", "mode", "set", "text")
      let random = try study.numbers("probability_against_random", "site", "mode", "text")
      let matched = try study.numbers("probability_against_matched", "site", "mode", "text")
      let rows = sites.indices.flatMap { site in
        modes.indices.flatMap { mode in
          texts.indices.map { text -> [Table.Cell] in
            let place = (site * modes.count + mode) * texts.count + text
            let means = kinds.map { bar(rises(site, mode, text, $0.sets, all)).value }
            return [.text(sites[site]), .text(modes[mode]), .text(texts[text])]
              + means.map { .number(Numeral.number($0)) }
              + [.number(Numeral.chance(matched[place])), .number(Numeral.chance(random[place]))]
          }
        }
      }
      return Table(
        title: "Rise of cross-entropy, nats",
        columns: [
          ("site", false), ("t of", false), ("text", false), ("chosen", true), ("of like magnitude", true),
          ("random", true), ("p against like magnitude", true), ("p against random", true),
        ], rows: rows,
        note: "Probabilities are not corrected for the number of rows.")
    }
  }
}

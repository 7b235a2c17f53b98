import Archive
import Drawing
import Statistics

/// The figures of what units and surprisal predict.
struct PredictionFigures {
  private let study: GroupReader

  init(_ study: GroupReader) throws { self.study = study }

  // MARK: Responses

  /// How well the units of each layer predict responses.
  var responses: Figure {
    get throws {
      let layers = try study.coordinates("predicting_layer")
      let kind = try study.truths("responses_are_synthetic").first == true ? "synthetic responses" : "responses"
      var series = [try series("trained", "r_grouped", layers)]
      if study.has("r_grouped_untrained") {
        series.append(try self.series("random weights", "r_grouped_untrained", layers))
      }
      let draws = try study.length("draw")
      let chance = try study.numbers("chance_median_r", "predicting_layer", "draw")
      series.append(
        .init(
          name: "stimuli permuted",
          points: layers.indices.map { place in
            point(layers[place], chance[place * draws..<(place + 1) * draws], low: 0.025, high: 0.975)
          }))
      let ceiling = ReferenceLine(try study.numbers("response_ceiling").first ?? .nan, name: "ceiling")
      let plot = LinePlot(
        series: series, horizontal: .init(title: "layer"), vertical: .init(title: "r, folds left out"),
        references: [ceiling], bounds: [0])
      let title = "Prediction of \(kind) by layer"
      return Figure(
        name: "localizer-responses", title: title,
        caption: Markup(
          "Pearson's r of each of the \(kind) with its prediction from the units of a layer by ridge regression, folds "
            + "left out: the median over responses, the band from the first quartile to the third. With stimuli "
            + "permuted within folds, the median and 95 % of its draws; these lie below 0, because what the other "
            + "folds have on average is less where the own one has more."),
        drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
    }
  }

  private func series(_ name: String, _ column: String, _ layers: [Double]) throws -> LinePlot.Series {
    let values = try study.numbers(column, "predicting_layer", "response")
    let count = try study.length("response")
    return .init(
      name: name,
      points: layers.indices.map { place in
        point(layers[place], values[place * count..<(place + 1) * count], low: 0.25, high: 0.75)
      })
  }

  /// The median of values with two of their quantiles.
  private func point(_ x: Double, _ values: ArraySlice<Double>, low: Double, high: Double) -> LinePlot.Point {
    let quantiles = values.filter(\.isFinite).quantiles([0.5, low, high])
    return LinePlot.Point(x: x, y: quantiles[0], low: quantiles[1], high: quantiles[2])
  }

  // MARK: Reading

  /// Points that are shown at most.
  private static let pointLimit = 2000

  /// The reading time of each word over its surprisal.
  var reading: Figure {
    get throws {
      let bits = try study.numbers("surprisal", "word")
      let times = try study.numbers("reading_time", "word")
      let begins = try study.truths("begins_sentence", "word")
      let isSynthetic = try study.truths("times_are_synthetic").first == true
      let kind = isSynthetic ? "synthetic reading time" : "reading time"
      let compared = bits.indices.filter { !begins[$0] && bits[$0].isFinite }
      let step = max(1, compared.count / Self.pointLimit)
      let points = stride(from: 0, to: compared.count, by: step).map { place in
        ScatterPlot.Point(
          x: bits[compared[place]], y: times[compared[place]], paint: Paint(.ink, opacity: 0.6), radius: 2.5,
          tip: "\(Numeral.number(bits[compared[place]])) bits, \(Numeral.number(times[compared[place]]))")
      }
      let plot = ScatterPlot(
        horizontal: .init(title: "surprisal, bits"), vertical: .init(title: kind), points: points)
      let r = Numeral.number(try study.numbers("surprisal_r").first ?? .nan)
      let title = "Surprisal and \(kind) of words"
      return Figure(
        name: "localizer-reading", title: title,
        caption: Markup(
          "Each point is a word that begins no sentence: its surprisal given all before it, and its \(kind). Pearson's "
            + "r is \(r)." + (step > 1 ? " One of \(step) words is shown." : "")),
        drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
    }
  }
}

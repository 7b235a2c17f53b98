import LinearAlgebra
import Transformer

extension Localizer {
  // MARK: Responses

  /// Predicts a table of responses from the units of each layer, and with stimuli permuted.
  func predict(
    _ request: ResponseRequest, on ground: StudyGround, _ untrained: StudyGround?
  ) throws -> LocalizerResults.Responses {
    let layers = try request.layers(of: ground.shape.layerCount)
    let units = try activations(request, layers, on: ground)
    let predictions = try predictions(request, units, on: ground)
    let control = try untrained.map { try self.predictions(request, activations(request, layers, on: $0), on: $0) }
    return LocalizerResults.Responses(
      layers: layers, predictions: predictions, untrained: control ?? [],
      chance: try responseChance(request, units, on: ground))
  }

  /// The activations of each layer on the stimuli, `[layer][row of the table, unit]`.
  private func activations(
    _ request: ResponseRequest, _ layers: [Int], on ground: StudyGround
  ) throws -> [DoubleMatrix] {
    let set = ground.texts[request.stimuli]
    let rows = try request.rows(of: set).map { set.rows[$0] }
    let grid = try ground.grid(request.site)
    let all = try ground.pooled([request.site], of: rows, by: [pooling]).matrix(request.site, pooling)
    return layers.map { all[columns: grid.numbers(ofLayer: $0)] }
  }

  private func predictions(
    _ request: ResponseRequest, _ units: [DoubleMatrix], on ground: StudyGround
  ) throws -> [Alignment.Prediction] {
    let count = request.table.names.count
    let cost = alignmentOperations(draws: 1, request)
    let pieces = try ground.stages.evaluate(
      "predicting responses", costs: units.map { _ in cost }, sizes: units.map { _ in 1 + 2 * count }
    ) { layer in
      let found = try Alignment(units[layer], folds: request.folds, penalties: penalties)
        .prediction(request.table.values)
      return [found.penalty] + found.leaveOneOut + found.grouped
    }
    return try pieces.all().map { numbers in
      Alignment.Prediction(
        penalty: numbers[0], leaveOneOut: Array(numbers[1...count]), grouped: Array(numbers[(count + 1)...]))
    }
  }

  /// Floats of permuted responses that are predicted together, at most.
  private static let capacity = 1 << 20

  /// The median r of each layer in each draw, `[layer][draw]`.
  private func responseChance(
    _ request: ResponseRequest, _ units: [DoubleMatrix], on ground: StudyGround
  ) throws -> [[Double]] {
    let chunks = Localizer.chunks(draws)
    var made: (layer: Int, alignment: Alignment)?
    let pieces = try ground.stages.evaluate(
      "permuting stimuli",
      costs: units.flatMap { _ in chunks.map { alignmentOperations(draws: $0.count, request) } },
      sizes: units.flatMap { _ in chunks.map(\.count) }
    ) { piece in
      let layer = piece / chunks.count
      let last = made?.layer == layer ? made?.alignment : nil
      let alignment = try last ?? Alignment(units[layer], folds: request.folds, penalties: penalties)
      made = (layer, alignment)
      let together = max(1, Self.capacity / request.table.values.values.count)
      let draws = chunks[piece % chunks.count]
      return stride(from: draws.lowerBound, to: draws.upperBound, by: together).flatMap { first in
        alignment.chance(
          request.table.values,
          orders: (first..<min(first + together, draws.upperBound)).map {
            Alignment.order(draw: $0, folds: request.folds)
          })
      }
    }
    return try units.indices.map { layer in
      try chunks.indices.flatMap { try pieces[layer * chunks.count + $0] }
    }
  }

  // MARK: Reading

  /// Compares the surprisal of words with their reading times.
  func read(
    _ passages: [Passage.Tokens], on ground: StudyGround, _ untrained: StudyGround?
  ) throws -> LocalizerResults.Reading {
    let bits = try ground.surprisal(passages)
    let control = try untrained.map { try $0.surprisal(passages) }
    let tokens = passages.map { $0.words.map(\.count) }
    return LocalizerResults.Reading(
      bits: bits, tokens: tokens, surprisal: surprisal(bits, tokens), untrained: control.map { surprisal($0, tokens) })
  }

  private func surprisal(_ bits: [[Double]], _ tokens: [[Int]]) -> Surprisal {
    let words = (reading?.passages ?? []).enumerated().flatMap { number, passage in
      passage.times.indices.filter { !passage.beginsSentence[$0] && !bits[number][$0].isNaN }.map { word in
        Surprisal.Word(
          bits: bits[number][word], tokens: Double(tokens[number][word]), time: passage.times[word], passage: number)
      }
    }
    return Surprisal(words, draws: draws)
  }
}

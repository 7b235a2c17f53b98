import Geometry
import LinearAlgebra
import MessagePassing
import Transformer

/// Continuations by the states of the unmutated model: it reads prompt and continuation, and its final residual stream,
/// behind the last norm, is averaged over the positions of the continuation.
///
/// States of all texts have much in common; the mean over a sample is subtracted, so that angles show what differs.
struct StateVectors {
  /// Continuations that are read at most: each takes a pass through the model.
  static let sampleLimit = 2000

  /// States of the sample and of other texts; those without a token have none.
  let sample: TextVectors
  let others: TextVectors

  /// Rows of activations that are run together, or one sequence: keys and values of a row take megabytes in large
  /// models.
  private static let rowLimit = 256

  /// The ranks share the passes. Collective; throws where a token is none of the model's.
  init(
    _ screened: ScreenedModel, sample: [ContinuationText], others: [ContinuationText], sharing: Sharing
  ) throws {
    let texts = sample + others
    let model = screened.model
    guard texts.allSatisfy({ $0.tokens.allSatisfy { Int($0) < model.shape.vocabularyCount } }) else {
      throw FindingsError(
        "cannot run the model over continuations: they hold tokens beyond its \(model.shape.vocabularyCount); "
          + "the results file is damaged")
    }
    let batches = StateVectors.batches(texts.map { screened.prompts[$0.input].count + $0.tokens.count })
    let longest = texts.map { screened.prompts[$0.input].count + $0.tokens.count }.max() ?? 0
    let pass = ForwardPass(model: model, positionCount: max(1, longest), quantizingHead: false)
    let states = try sharing.map(batches.count) { batch in
      StateVectors.states(texts[batches[batch]], screened.prompts, pass)
    }.joined()

    let width = model.shape.hiddenSize
    let all = Array(states)
    func mean(_ texts: Range<Int>) -> [Double] {
      let own = texts.filter { all[$0 * width].isFinite }
      return (0..<width).map { place in
        own.reduce(0) { $0 + all[$1 * width + place] } / Double(max(own.count, 1))
      }
    }
    let centre = mean(0..<sample.count)
    func vectors(_ texts: Range<Int>) -> TextVectors {
      var rows = UnitRows.dense(dimension: width)
      var places: [Int] = []
      for (place, text) in texts.enumerated() {
        let vector = (0..<width).map { Float(all[text * width + $0] - centre[$0]) }
        // A text without tokens has no state, and a lone one is its own mean.
        guard vector.allSatisfy(\.isFinite), vector.contains(where: { $0 != 0 }) else { continue }
        rows.append(vector)
        places.append(place)
      }
      return TextVectors(rows: rows, places: places)
    }
    self.sample = vectors(0..<sample.count)
    self.others = vectors(sample.count..<texts.count)
  }

  /// Runs of sequences of these lengths that go through the model together.
  private static func batches(_ lengths: [Int]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var (start, rows) = (0, 0)
    for (place, length) in lengths.enumerated() {
      if place > start, rows + length > rowLimit {
        batches.append(start..<place)
        (start, rows) = (place, 0)
      }
      rows += length
    }
    return start < lengths.count ? batches + [start..<lengths.count] : batches
  }

  /// The mean states `[text, hidden]`, not numbers for texts without a token.
  private static func states(_ texts: ArraySlice<ContinuationText>, _ prompts: [[Int32]], _ pass: ForwardPass)
    -> [Double]
  {
    let width = pass.shape.hiddenSize
    let spoken = texts.filter { !$0.tokens.isEmpty }
    guard !spoken.isEmpty else { return Array(repeating: .nan, count: texts.count * width) }
    let run = Prefill(
      spoken.map { prompts[$0.input] + $0.tokens }, firstScored: spoken.map { prompts[$0.input].count }, pass: pass)
    var row = 0
    return texts.flatMap { text in
      var mean = Array(repeating: text.tokens.isEmpty ? Double.nan : 0, count: width)
      for _ in text.tokens {
        let state = run.normed.row(row)
        for place in 0..<width { mean[place] += Double(state[place]) / Double(text.tokens.count) }
        row += 1
      }
      return mean
    }
  }
}

import Archive
import Basics
import Drawing
import Statistics
import Tokenizers

/// The texts that a model wrote in place of paragraphs, and how near these are.
struct PatchingTexts {
  /// The contexts in which it wrote.
  let contexts: [PatchContext]
  /// What it wrote, `[context][row]`.
  let written: ContinuationStage
  /// The texts before the paragraphs.
  let before: [String]
  /// The true texts.
  let truth: [String]
  /// The texts that were written, the given tokens included, `[context][row]`.
  let texts: [[String]]
  /// Distances between each text and the true one, `[context][row]`.
  let distances: [[Double]]
  /// The mean distance between each text and the true ones of all other rows, `[context]`.
  let distancesToOthers: [Double]
  /// Likeness by the model's own states between each text and the true one, `[context][row]`.
  let similarities: [[Double]]
  /// The mean likeness of each text and the true ones of all other rows, `[context]`.
  let similaritiesToOthers: [Double]

  init(_ study: Patching, _ paragraphs: Paragraphs, _ written: ContinuationStage, tokenizer: (any Tokenizer)?) {
    contexts = study.generated
    self.written = written
    let rows = paragraphs.rows
    func decoded(_ tokens: some Sequence<Int32>) -> String { tokenizer?.decode(Array(tokens)).withoutZeros ?? "" }
    before = rows.map { decoded($0.before) }
    let truth = rows.map { decoded($0.after) }
    let texts = zip(contexts, written.texts).map { context, own in
      zip(rows, own).map { decoded($0.after.prefix(context.given) + $1.tokens) }
    }
    let distance = TextDistance(truth)
    let similarity = StateSimilarity(written.truth)
    let (words, states) = (truth.map(distance.words), written.truth.map(similarity.direction))
    let distances = texts.map { Self.ownAndOthers($0.map(distance.words), words, distance.between) }
    let similarities = written.texts.map {
      Self.ownAndOthers($0.map { similarity.direction($0.state) }, states, similarity.between)
    }
    (self.distances, distancesToOthers) = (distances.map(\.own), distances.map(\.others))
    (self.similarities, similaritiesToOthers) = (similarities.map(\.own), similarities.map(\.others))
    (self.truth, self.texts) = (truth, texts)
  }

  /// What each text and its true one have, and the mean over all pairs of a text of one row and the true one of
  /// another: time grows with the square of the rows, memory does not.
  private static func ownAndOthers<Text>(
    _ texts: [Text], _ truth: [Text], _ value: (Text, Text) -> Double
  ) -> (own: [Double], others: Double) {
    var (sum, count) = (0.0, 0)
    for one in texts.indices {
      for other in truth.indices where other != one {
        sum += value(texts[one], truth[other])
        count += 1
      }
    }
    return (zip(texts, truth).map(value), sum / Double(count))
  }

  // MARK: Words

  var sentences: [String] {
    guard truth.count > 1, !contexts.isEmpty else { return [] }
    let list = contexts.indices.map { context in
      "\(contexts[context].name) \(Numeral.number(distances[context].mean)) (to other paragraphs "
        + "\(Numeral.number(distancesToOthers[context])))"
    }
    return [
      "TF-IDF distance between what the model writes and the true paragraph, from 0 to 1: "
        + list.joined(separator: ", ") + "; no test is made of it."
    ]
  }

  // MARK: Columns

  /// The dimensions of the columns.
  func dimensions(steps: Int) -> [AnalysisGroup.Dimension] {
    [.init("context", labels: contexts.map(\.name)), .init("step", length: steps)]
  }

  /// What a file holds of the texts.
  var variables: [AnalysisGroup.Variable] {
    let all = written.texts.flatMap { $0 }
    return [
      .init("before_text", ["row"], "text before the paragraph", .texts(before)),
      .init("true_text", ["row"], "the paragraph", .texts(truth)),
      .init("text", ["context", "row"], "what the model writes, with the tokens given", .texts(texts.flatMap { $0 })),
      .init(
        "greedy_tokens", ["context", "row", "step"], "the likeliest token at each step",
        .counts(all.flatMap { $0.tokens.map(Int.init) })),
      .init(
        "smallest_gap", ["context", "row"], "least difference between the first and the second logit on the way",
        .numbers(all.map(\.smallestGap))),
      .init(
        "tfidf_distance", ["context", "row"], "one less the cosine of TF-IDF weights with the true text",
        .numbers(distances.flatMap { $0 })),
      .init("tfidf_distance_mean", ["context"], "mean of tfidf_distance over rows", .numbers(distances.map(\.mean))),
      .init(
        "tfidf_distance_to_other_rows", ["context"], "mean of the distance to the true texts of all other rows",
        .numbers(distancesToOthers)),
      .init(
        "state_similarity", ["context", "row"],
        "cosine with the true text of the mean res_post of layer \(written.layer), the model's own states, units "
          + "standardised over the true texts",
        .numbers(similarities.flatMap { $0 })),
      .init(
        "state_similarity_to_other_rows", ["context"], "mean of that cosine with the true texts of all other rows",
        .numbers(similaritiesToOthers)),
    ]
  }
}

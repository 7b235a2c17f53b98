import TestSupport

extension ManualWorld {
  private static let relationCount = 2
  private static let pairCount = 9

  /// Word vectors: pairs of which the second is the first, shifted in the way of their relation.
  static var vectors: String {
    let dimension = 6
    var random = TensorWriter.numbers((relationCount + relationCount * pairCount) * dimension, seed: 5)[...]
    func vector() -> [Float] {
      defer { random = random.dropFirst(dimension) }
      return Array(random.prefix(dimension))
    }
    let members = (0..<relationCount).flatMap { relation in
      let shift = vector()
      return (0..<pairCount).flatMap { pair in
        let from = vector()
        return [
          "\"from\(relation)-\(pair)\": \(from)", "\"to\(relation)-\(pair)\": \(zip(from, shift).map { $0 + $1 })",
        ]
      }
    }
    return "{\(members.joined(separator: ", "))}"
  }

  /// The questions of word2vec that name these pairs.
  static var relations: String {
    (0..<relationCount).flatMap { relation in
      [": relation \(relation)"]
        + (1..<pairCount).map { "from\(relation)-0 to\(relation)-0 from\(relation)-\($0) to\(relation)-\($0)" }
    }.joined(separator: "\n")
  }
}

/// The keys of each group of a configuration file.
enum ConfigurationGroup: String, CaseIterable {
  case file = ""
  case inputs, continuation, mutations, record

  var keys: [String] {
    switch self {
    case .file: ["model", "tokenizer", "inputs", "inputs_per_task", "continuation", "mutations", "record"]
    case .inputs: ["mmlu", "subjects", "shots", "right", "wrong"]
    case .continuation: ["tokens", "temperature", "seed"]
    case .mutations: ["region", "refine", "list", "which", "matrices", "layers", "kinds", "sample"]
    case .record: ["text", "text_strings", "divergence", "perplexity", "direction", "response"]
    }
  }

  /// The name of a key from the top of the file: `mutations.region`.
  func name(of key: String) -> String { self == .file ? key : "\(rawValue).\(key)" }

  /// What to say about a key that this group does not have: the nearest one, or all there are.
  func advice(insteadOf unknown: String) -> String {
    if let group = ConfigurationGroup.allCases.first(where: { $0.keys.contains(unknown) }) {
      return "did you mean \(group.name(of: unknown))?"
    }
    let near = keys.map { (key: $0, distance: Self.editDistance(from: unknown, to: $0)) }.min {
      $0.distance < $1.distance
    }
    if let near, near.distance <= max(1, near.key.count / 3) { return "did you mean \(name(of: near.key))?" }
    return "the keys here are \(keys.joined(separator: ", "))"
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one text to another (optimal string alignment).
  ///
  /// Of the first only 40 characters count, so a stranger's key costs at most 40 times the length of the second.
  private static func editDistance(from first: String, to second: String) -> Int {
    let source = Array(first.lowercased().prefix(40))
    let target = Array(second)
    var older: [Int] = []
    var previous = Array(0...target.count)
    for row in source.indices {
      var current = [row + 1]
      for column in target.indices {
        let isSame = source[row] == target[column]
        var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        let isSwap =
          row > 0 && column > 0 && source[row] == target[column - 1] && source[row - 1] == target[column]
        if isSwap { best = min(best, older[column - 1] + 1) }
        current.append(best)
      }
      older = previous
      previous = current
    }
    return previous[target.count]
  }
}

import Basics

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
    if let near = Spelling.nearest(to: unknown, among: keys) { return "did you mean \(name(of: near))?" }
    return "the keys here are \(keys.joined(separator: ", "))"
  }
}

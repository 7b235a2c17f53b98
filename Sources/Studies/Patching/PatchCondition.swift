/// What stands before a paragraph, and what is transplanted there.
enum PatchCondition: String, CaseIterable, Sendable {
  /// The whole text before it.
  case full
  /// Nothing but the opening tokens, with the activations of the whole text's at both sites of all layers.
  case transferred
  /// Nothing but the opening tokens, with the activations of another paragraph's.
  case mismatched
  /// Transplants of what attention's output matrix reads, alone.
  case attentionOnly = "attention_only"
  /// Transplants of what the MLP's output matrix reads, alone.
  case mlpOnly = "mlp_only"

  /// What is transplanted; nil where nothing is.
  var edit: ColumnEdit? {
    switch self {
    case .full: nil
    case .transferred: ColumnEdit(.own)
    case .mismatched: ColumnEdit(.other)
    case .attentionOnly: ColumnEdit(.own, sites: [.attentionOutput])
    case .mlpOnly: ColumnEdit(.own, sites: [.mlpHidden])
    }
  }
}

/// A condition, or the opening tokens alone with so many tokens of the paragraph given.
enum PatchContext: Hashable, Sendable {
  case condition(PatchCondition)
  case neutral(given: Int)

  /// Tokens of the paragraph that stand in the context.
  var given: Int { if case .neutral(let given) = self { given } else { 0 } }

  /// The name in configurations and files.
  var name: String {
    switch self {
    case .condition(let condition): condition.rawValue
    case .neutral(let given): "neutral\(given)"
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is white space, as Rust's `char::is_whitespace` has it.
  var isWhiteSpace: Bool { properties.isWhitespace }

  /// Whether it is a number of any kind, as Rust's `char::is_numeric` has it.
  var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Whether it was in Unicode at a version; the tables of Hugging Face tokenizers are as old as that.
  private func isIn(unicode version: Int) -> Bool { (properties.age?.major ?? .max) <= version }

  /// Whether it is punctuation of Unicode 8, or one of ASCII's signs that Unicode counts among the symbols.
  var isPunctuation: Bool {
    guard isIn(unicode: 8) else { return false }
    return switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: isASCII
    default: false
    }
  }

  /// Whether it is a part of a word: `\w` as Unicode Technical Standard 18 has it.
  var isWordPart: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: properties.isAlphabetic || properties.isJoinControl
    }
  }

  /// Whether it is a mark of Unicode 10 that goes with the character before it.
  var isMark: Bool {
    guard isIn(unicode: 10) else { return false }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// Whether it is a mark of Unicode 8 that takes no room of its own.
  var isNonspacingMark: Bool { isIn(unicode: 8) && properties.generalCategory == .nonspacingMark }

  /// Whether it is a control, a format or a private character of Unicode 8.
  var isControl: Bool {
    guard isIn(unicode: 8) else { return false }
    return switch properties.generalCategory {
    case .control, .format, .privateUse: true
    default: false
    }
  }
}

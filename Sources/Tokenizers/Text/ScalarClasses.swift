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

  /// Whether it is punctuation, or one of ASCII's signs that Unicode counts among the symbols.
  var isPunctuation: Bool {
    switch properties.generalCategory {
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

  /// Whether it is a mark that goes with the character before it.
  var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }
}

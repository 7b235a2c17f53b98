extension TextShape {
  /// Whether at least two kinds of evidence are there, one of them more than indentation or an equals sign.
  var isCode: Bool {
    let strong = [hasStatementEnds, hasOperators, hasKeywords, hasCalls].count { $0 }
    return strong >= 2 || strong == 1 && (isIndented || hasAssignments)
  }

  /// A line ends in a brace, or in a semicolon behind a bracket, a digit or a brace.
  private var hasStatementEnds: Bool {
    lines.contains { line in
      let characters = bytes(line).reversed().drop { $0.isBlank || $0 == UInt8(ascii: "\r") }
      guard let last = characters.first else { return false }
      if last == UInt8(ascii: "{") || last == UInt8(ascii: "}") { return true }
      guard last == UInt8(ascii: ";"), let before = characters.dropFirst().first else { return false }
      return before.isDigit || ")]}".utf8.contains(before)
    }
  }

  /// Two characters that programs set together and prose does not.
  private var hasOperators: Bool {
    lines.contains { line in
      let characters = bytes(line)
      return zip(characters, characters.dropFirst()).contains { first, second in
        !first.isLetter && !first.isBlank && TextShape.operators.contains { $0.0 == first && $0.1 == second }
      }
    }
  }

  private static let operators: [(UInt8, UInt8)] =
    ["==", "!=", "+=", "-=", "=>", "->", "&&", "||", "::", "()", "[]", ");"].map { text in
      let characters = Array(text.utf8)
      return (characters[0], characters[1])
    }

  private static let keywords: Set<String> = [
    "#include", "class", "const", "def", "elif", "else:", "for", "from", "func", "function", "if", "import", "int",
    "let",
    "public", "private", "return", "static", "struct", "var", "void", "while",
  ]

  /// Two lines or more begin with words that begin statements.
  private var hasKeywords: Bool {
    lines.count { line in
      let first = bytes(line).drop(while: \.isBlank).prefix { !$0.isBlank && $0 != UInt8(ascii: "(") }
      return first.count <= 8 && TextShape.keywords.contains(String(decoding: first, as: UTF8.self))
    } >= 2
  }

  /// A name with a bracket set to it, as in `shift(b`.
  private var hasCalls: Bool {
    lines.contains { line in
      let characters = bytes(line)
      return zip(characters, characters.dropFirst()).contains { name, bracket in
        bracket == UInt8(ascii: "(") && (name.isLetter && name < 0x80 || name == UInt8(ascii: "_"))
      }
    }
  }

  /// A line begins with two blanks or a tab.
  private var isIndented: Bool {
    lines.contains { line in
      let characters = bytes(line)
      return characters.first == UInt8(ascii: "\t")
        || characters.count > 2 && characters.prefix(2).allSatisfy(\.isBlank)
    }
  }

  /// A name and an equals sign with blanks around it.
  private var hasAssignments: Bool {
    lines.contains { line in
      let characters = Array(bytes(line))
      return characters.indices.dropFirst(2).dropLast().contains { place in
        characters[place] == UInt8(ascii: "=") && characters[place - 1].isBlank && characters[place + 1].isBlank
          && characters[place - 2].isLetter
      }
    }
  }
}

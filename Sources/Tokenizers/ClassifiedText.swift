/// A text as scalars with the classes that split patterns ask about.
struct ClassifiedText {
  enum Kind {
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// `[\r\n]`, which `\s` holds too
    case lineBreak
    /// the rest of `\s`
    case space
    case other
  }

  private(set) var scalars: [Unicode.Scalar] = []
  private(set) var kinds: [Kind] = []
  /// Where each scalar begins in the UTF-8 text, and the text's end.
  private(set) var offsets: [Int]

  var count: Int { scalars.count }

  init(_ text: ArraySlice<UInt8>) {
    var offset = text.startIndex
    offsets = [offset]
    for scalar in text.text.unicodeScalars {
      scalars.append(scalar)
      kinds.append(Self.kind(of: scalar))
      offset += UTF8.width(scalar)
      offsets.append(offset)
    }
  }

  /// Returns the index after the run of `kind` that begins at `index`.
  func end(of kind: Kind, from index: Int, limit: Int = .max) -> Int {
    var end = index
    while end < count, end - index < limit, kinds[end] == kind { end += 1 }
    return end
  }

  func isSpace(_ index: Int) -> Bool { kinds[index] == .space || kinds[index] == .lineBreak }

  static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "a"..."z", "A"..."Z": return .letter
    case "0"..."9": return .number
    case "\r", "\n": return .lineBreak
    case " ": return .space
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return scalar.properties.isWhitespace ? .space : .other
    }
  }
}

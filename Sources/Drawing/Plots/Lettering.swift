/// How much room words take in a drawing.
///
/// Nobody knows which of a list of fonts a page will find; widths are those of DejaVu Sans, rounded up, which is the
/// widest of them.
enum Lettering {
  /// The width of a text in pixels.
  static func width(of text: String, size: Double) -> Double {
    text.reduce(0) { $0 + Lettering.width(of: $1) } * size
  }

  /// The widest of texts in pixels; 0 for none.
  static func widest(of texts: [String], size: Double) -> Double {
    texts.map { width(of: $0, size: size) }.max() ?? 0
  }

  /// The text in lines that end at blanks and are no wider than a number of pixels, if no word is.
  static func lines(of text: String, size: Double, within limit: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, width(of: last + " " + word, size: size) <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The width of the widest word of texts, in pixels.
  static func widestWord(of texts: [String], size: Double) -> Double {
    widest(of: texts.flatMap { $0.split(separator: " ").map(String.init) }, size: size)
  }

  /// The width of a character in heights of the font.
  private static func width(of character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    // Ideographs and what is drawn like them, and pictures.
    guard scalar.value < 0x1100 || (0x2000..<0x2E80).contains(scalar.value) else { return 1.05 }
    switch scalar {
    case " ", "i", "j", "l", "I", "J", ".", ",", ":", ";", "'", "|", "·", "/", "\\": return 0.34
    case "f", "r", "t", "(", ")", "[", "]", "-", "!", "¹", "²", "³", "⁰"..."⁻": return 0.42
    case "m", "M", "w", "W", "%", "@", "—", "…", "&": return 1
    case "+", "−", "=", "<", ">", "≤", "≥", "±", "×", "~", "#": return 0.84
    case "a"..."z", "0"..."9", "–": return 0.636
    default: return 0.78
    }
  }
}

import COniguruma

/// Cuts where the script of a text changes, as SentencePiece does in training.
///
/// Hiragana and Katakana count as Han. Spaces and characters of no script go with what is before them.
struct UnicodeScripts: Sendable {
  /// The scripts' long names in Unicode's property `Script`.
  private static let names = """
    Common Inherited Latin Greek Cyrillic Armenian Hebrew Arabic Syriac Thaana Nko Samaritan Mandaic Devanagari Bengali
    Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Hangul Ethiopic
    Cherokee Canadian_Aboriginal Ogham Runic Tagalog Hanunoo Buhid Tagbanwa Khmer Mongolian Limbu Tai_Le New_Tai_Lue
    Buginese Tai_Tham Balinese Sundanese Batak Lepcha Ol_Chiki Braille Glagolitic Coptic Tifinagh Han Hiragana Katakana
    Bopomofo Yi Lisu Vai Bamum Syloti_Nagri Phags_Pa Saurashtra Kayah_Li Rejang Javanese Cham Tai_Viet Meetei_Mayek
    Linear_B Lycian Carian Old_Italic Gothic Old_Permic Ugaritic Old_Persian Deseret Shavian Osmanya Osage Elbasan
    Caucasian_Albanian Linear_A Cypriot Imperial_Aramaic Palmyrene Nabataean Hatran Phoenician Lydian
    Meroitic_Hieroglyphs Meroitic_Cursive Kharoshthi Old_South_Arabian Old_North_Arabian Manichaean Avestan
    Inscriptional_Parthian Inscriptional_Pahlavi Psalter_Pahlavi Old_Turkic Old_Hungarian Brahmi Kaithi Sora_Sompeng
    Chakma Mahajani Sharada Khojki Multani Khudawadi Grantha Newa Tirhuta Siddham Modi Takri Ahom Warang_Citi
    Pau_Cin_Hau Bhaiksuki Marchen Cuneiform Egyptian_Hieroglyphs Anatolian_Hieroglyphs Mro Bassa_Vah Pahawh_Hmong Miao
    Tangut Duployan SignWriting Mende_Kikakui Adlam
    """.split { $0 == " " || $0 == "\n" }

  private static let any: Int32 = -1

  /// The numbers by which Oniguruma knows the scripts.
  private let properties: [Int32]
  private let han: Int32

  init() {
    func property(_ name: Substring) -> Int32 {
      let bytes = Array(name.utf8)
      return bytes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { oniguruma_property($0, $0 + buffer.count) } ?? -1
      }
    }
    properties = Self.names.map(property).filter { $0 >= 0 }
    han = property("Han")
    kana = [property("Hiragana"), property("Katakana")]
  }

  private let kana: [Int32]

  /// Returns the ranges of `word` between changes of script.
  func parts(of word: ArraySlice<UInt8>) -> [Range<Int>] {
    var starts: [Int] = []
    var last: Int32?
    var offset = word.startIndex
    for scalar in word.text.unicodeScalars {
      let script = self.script(of: scalar, guess: last)
      if script != Self.any {
        if script != last { starts.append(offset) }
        last = script
      }
      offset += UTF8.width(scalar)
    }
    return zip(starts, starts.dropFirst() + [word.endIndex]).map { $0..<$1 }
  }

  /// The script of a scalar, looked for first at `guess`.
  private func script(of scalar: Unicode.Scalar, guess: Int32?) -> Int32 {
    if scalar == " " { return Self.any }
    if scalar == "\u{30FC}" { return han }
    if let guess, guess != Self.any, oniguruma_has_property(scalar.value, guess) != 0 { return guess }
    let script = properties.first { oniguruma_has_property(scalar.value, $0) != 0 } ?? Self.any
    return kana.contains(script) ? han : script
  }
}

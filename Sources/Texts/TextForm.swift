/// What a text looks like, by cheap rules on its characters.
///
/// The rules are those of the functions in `TextShape`; none is a parser, and each is wrong at times.
public struct TextForm: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// A bit for each form.
  public let rawValue: UInt16

  /// Takes a bit for each form.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Three lines or more that are not blank.
  public static let lineBreaks = TextForm(rawValue: 1 << 0)
  /// Two of three neighbouring lines end in different words that rhyme by their spelling.
  public static let rhyme = TextForm(rawValue: 1 << 1)
  /// Two quotations or more are opened.
  public static let quotedTurns = TextForm(rawValue: 1 << 2)
  /// Two lines or more begin with a bullet, a number or a single letter, and a stop or bracket.
  public static let list = TextForm(rawValue: 1 << 3)
  /// Two or more of: lines that end as statements do, operators, keywords at line starts, indentation, calls,
  /// assignments.
  public static let code = TextForm(rawValue: 1 << 4)
  /// Half of the text or more goes round and round.
  public static let repetition = TextForm(rawValue: 1 << 5)
  /// No word.
  public static let empty = TextForm(rawValue: 1 << 6)
  /// More than half of the words, and at least three, are unknown to the screen; see `KnownWords`.
  public static let nonWords = TextForm(rawValue: 1 << 7)

  /// All forms with their names in files.
  public static let named: [(form: TextForm, name: String)] = [
    (.lineBreaks, "line_breaks"), (.rhyme, "rhyme"), (.quotedTurns, "quoted_turns"), (.list, "list"), (.code, "code"),
    (.repetition, "repetition"), (.empty, "empty"), (.nonWords, "non_words"),
  ]

  /// Forms of texts that say nothing.
  public static let broken: TextForm = [.repetition, .empty, .nonWords]

  /// Lines that rhyme, and no other form.
  public var isVerse: Bool { self == [.lineBreaks, .rhyme] }

  /// Quoted turns that are neither code nor a list nor broken.
  public var isDialogue: Bool {
    contains(.quotedTurns) && isDisjoint(with: TextForm.broken.union([.code, .list]))
  }

  /// No form but line breaks: what prose has, and whatever else no rule knows.
  public var isPlain: Bool { isSubset(of: .lineBreaks) }

  /// The forms of a text.
  public init(of text: String, known: KnownWords) {
    let words = Words(text)
    self.init(Array(text.utf8), words: Lexicon().numbers(of: words), known: known)
  }

  /// The forms of a text given as UTF-8 and by numbers of its words, equal ones the same.
  public init(_ text: [UInt8], words: [Int32], known: KnownWords) {
    guard !words.isEmpty else {
      self = .empty
      return
    }
    let shape = TextShape(text)
    var form: TextForm = []
    if shape.lines.count >= 3 { form.insert(.lineBreaks) }
    if shape.hasRhyme { form.insert(.rhyme) }
    if shape.hasQuotedTurns { form.insert(.quotedTurns) }
    if shape.isList { form.insert(.list) }
    if shape.isCode { form.insert(.code) }
    if Repetition.isMost(of: words, smallest: 6) || Repetition.isMost(of: text, smallest: 16) {
      form.insert(.repetition)
    }
    if known.isMostlyUnknown(text) { form.insert(.nonWords) }
    self = form
  }
}

/// Cuts normalized text into the words within which tokens are merged: `pre_tokenizer` of a tokenizer.json.
struct PreTokenizer: Sendable {
  private enum Step {
    case split(SplitPattern)
    case digits(individual: Bool)
    case byteLevel(addPrefixSpace: Bool, pattern: SplitPattern?)
    case metaspace(Metaspace)
  }

  private let steps: [Step]

  /// Whether the vocabulary is spelled in the byte-level alphabet.
  let isByteLevel: Bool

  /// Reads the member `pre_tokenizer`; without one a text is one word.
  init(_ node: JSONNode?) throws {
    let steps = try node.map { try Self.steps($0) } ?? []
    isByteLevel = steps.contains { if case .byteLevel = $0 { true } else { false } }
    self.steps = steps
    // What comes after it would see the byte-level alphabet in place of the text.
    let isLast = if case .byteLevel = steps.last { true } else { false }
    if let node, isByteLevel, !isLast {
      throw node.refusal("has a step after 'ByteLevel'; only 'ByteLevel' as the last step is supported")
    }
  }

  /// Returns the words of `text`; `isStart` says that the text begins where the whole text begins.
  func words(of text: [UInt8], isStart: Bool) -> [ArraySlice<UInt8>] {
    var words = [text[...]]
    for step in steps {
      var cut: [ArraySlice<UInt8>] = []
      for (index, word) in words.enumerated() {
        Self.apply(step, to: word, isStart: isStart && index == 0, into: &cut)
      }
      words = cut
    }
    return words
  }

  // MARK: Reading

  private static func steps(_ node: JSONNode) throws -> [Step] {
    switch try node.type() {
    case "Sequence":
      return try node.required("pretokenizers").list().flatMap { try steps($0) }
    case "Split":
      return [.split(try splitPattern(node))]
    case "Digits":
      return [.digits(individual: try node.flag("individual_digits", default: false))]
    case "ByteLevel":
      let usesPattern = try node.flag("use_regex", default: true)
      let addsSpace = try node.flag("add_prefix_space", default: true)
      return [.byteLevel(addPrefixSpace: addsSpace, pattern: usesPattern ? .gpt2 : nil)]
    case "Metaspace":
      return [.metaspace(try Metaspace(node))]
    default:
      throw node.unsupportedType("Sequence, Split, Digits, ByteLevel and Metaspace are")
    }
  }

  private static func splitPattern(_ node: JSONNode) throws -> SplitPattern {
    let supported = "only the expressions of GPT-2, Llama 3 and Qwen 2 are supported"
    let pattern = try node.required("pattern")
    guard let expression = try pattern.member("Regex") else {
      throw pattern.refusal("is not a 'Regex'; \(supported)")
    }
    guard let known = SplitPattern(expression: try expression.text()) else {
      throw expression.refusal("is \(quoted(try expression.text(), limit: 400)); \(supported)")
    }
    let behavior = try node.text("behavior")
    guard behavior == "Isolated", try !node.flag("invert", default: false) else {
      throw node.refusal("has behavior \(quoted(behavior)) or is inverted; only 'Isolated', not inverted, is supported")
    }
    return known
  }

  // MARK: Steps

  private static func apply(
    _ step: Step, to word: ArraySlice<UInt8>, isStart: Bool, into words: inout [ArraySlice<UInt8>]
  ) {
    switch step {
    case .split(let pattern):
      words += pattern.words(of: word)
    case .digits(let individual):
      splitDigits(word, individual: individual, into: &words)
    case .byteLevel(let addPrefixSpace, let pattern):
      let space = UInt8(ascii: " ")
      let spaced = addPrefixSpace && word.first != space ? [space] + word : word
      if let pattern { words += pattern.words(of: spaced) } else { words.append(spaced) }
    case .metaspace(let metaspace):
      words += metaspace.words(of: Array(word), isStart: isStart)
    }
  }

  private static func splitDigits(
    _ word: ArraySlice<UInt8>, individual: Bool, into words: inout [ArraySlice<UInt8>]
  ) {
    let text = ClassifiedText(word)
    var start = 0
    for index in 0..<text.count {
      let isLast = index + 1 == text.count
      let isNumber = text.kinds[index] == .number
      let continues = !isLast && isNumber == (text.kinds[index + 1] == .number) && !(isNumber && individual)
      if continues { continue }
      words.append(word[text.offsets[start]..<text.offsets[index + 1]])
      start = index + 1
    }
  }
}

/// Makes the items of a task, all from one generator.
package struct MicroWorldMaker {
  /// The numbers that decide.
  var random: PythonRandom

  private typealias Words = MicroWorldWords

  /// The next item of a task.
  mutating func item(_ task: MicroWorldTask) -> MicroWorldItem {
    switch task {
    case .facts: fact()
    case .arithmetic: arithmetic()
    case .copy: copy()
    case .code: code()
    case .story: story()
    case .poem: poem()
    case .dialogue: dialogue()
    case .choice: choice()
    }
  }

  /// An answer as it stands in a text.
  private func marked(_ answer: String) -> String { "\(MicroWorldItem.mark) \(answer)\(MicroWorldItem.mark)" }

  // MARK: Facts

  private mutating func fact() -> MicroWorldItem {
    let group = random.below(3)
    guard group < 2 else { return relation() }
    let isCapital = group == 0
    let form = random.choice(isCapital ? Words.capitalForms : Words.countryForms)
    let pair = random.choice(Words.capitals)
    // The answer is the last field, before which stands a space.
    let field = isCapital ? "{k}" : "{c}"
    let tail = form.hasSuffix(".") ? "." : ""
    let head = String(form.dropLast(tail.count + field.count + 1))
    let text = head.filled(["c": pair[0], "k": pair[1]]) + marked(pair[isCapital ? 1 : 0]) + tail
    return MicroWorldItem(key: "\(form)|\(pair[0])", text: text)
  }

  private mutating func relation() -> MicroWorldItem {
    let form = random.choice(Words.relationForms)
    let pairs = random.choice([Words.genders, Words.genders, Words.young])
    let isTurned = random.below(2) == 1
    let found = random.sample(pairs, 2).map { isTurned ? $0.reversed() : $0 }
    let ((a, b), (x, y)) = ((found[0][0], found[0][1]), (found[1][0], found[1][1]))
    let text = form.dropLast(" {y}.".count).description.filled(["a": a, "b": b, "x": x]) + marked(y) + "."
    return MicroWorldItem(key: "\(form)|\(a)|\(b)|\(x)", text: text.prefix(1).uppercased() + text.dropFirst())
  }

  // MARK: Numbers and letters

  private mutating func arithmetic() -> MicroWorldItem {
    var (a, b) = (random.number(in: 10...99), random.number(in: 10...99))
    (a, b) = (max(a, b), min(a, b))
    if random.uniform() < 0.5 { return MicroWorldItem(key: "\(a)-\(b)", text: "\(a) - \(b) =" + marked("\(a - b)")) }
    while a + b > 99 { (a, b) = (random.number(in: 10...89), random.number(in: 10...89)) }
    return MicroWorldItem(key: "\(min(a, b))+\(max(a, b))", text: "\(a) + \(b) =" + marked("\(a + b)"))
  }

  private mutating func copy() -> MicroWorldItem {
    let pool = random.uniform() < 0.6 ? Words.letters : Words.kinds.flatMap(\.1)
    if random.uniform() < 0.6 {
      let row = random.sample(pool, random.number(in: 4...7)).joined(separator: " ")
      return MicroWorldItem(key: row, text: "Copy: \(row) ->" + marked(row))
    }
    let once = random.sample(pool, random.number(in: 2...4))
    let row = (once + once).joined(separator: " ")
    return MicroWorldItem(key: row, text: "Repeat: \(row)" + marked(row))
  }

  // MARK: Code

  private mutating func expression(_ names: [String], depth: Int = 0) -> String {
    if depth == 2 || random.uniform() < 0.35 + 0.2 * Double(depth) {
      return random.uniform() < 0.7 ? random.choice(names) : "\(random.number(in: 0...9))"
    }
    let (a, b) = (expression(names, depth: depth + 1), expression(names, depth: depth + 1))
    return random.uniform() < 0.2 ? "[\(a), \(b)]" : "(\(a) \(random.choice(["+", "-", "*"])) \(b))"
  }

  private mutating func code() -> MicroWorldItem {
    let arguments = random.sample(Words.variables, random.number(in: 1...2))
    var names = arguments
    var lines = ["def \(random.choice(Words.functions))(\(arguments.joined(separator: ", "))) {"]
    for kind in random.choices(["if", "while", "let"], random.number(in: 0...2)) {
      switch kind {
      case "if":
        let condition = "\(random.choice(names)) \(random.choice(["<", ">"])) \(random.number(in: 0...9))"
        lines += ["  if (\(condition)) {", "    return \(expression(names));", "  }"]
      case "while":
        let name = arguments[0]
        lines += ["  while (\(name) < \(random.number(in: 2...9))) {", "    \(name) = (\(name) + 1);", "  }"]
      default:
        let new = random.choice(Words.variables.filter { !names.contains($0) })
        lines.append("  let \(new) = \(expression(names));")
        names.append(new)
      }
    }
    lines += ["  return \(expression(names));", "}"]
    return MicroWorldItem(key: lines.prefix(2).joined(separator: "\n"), text: lines.joined(separator: "\n"))
  }

  // MARK: Stories and talk

  /// What the fields of stories and dialogues stand for.
  private mutating func fields() -> [String: String] {
    let names = random.sample(Words.girls + Words.boys, 2)
    var fields = ["n": names[0], "n2": names[1]]
    for (kind, words) in Words.kinds { fields[kind] = random.choice(words) }
    fields["col"] = fields["color"]
    for (suffix, name) in [("", names[0]), ("2", names[1])] {
      let isGirl = Words.girls.contains(name)
      fields["he" + suffix] = isGirl ? "she" : "he"
      fields["He" + suffix] = isGirl ? "She" : "He"
      fields["his" + suffix] = isGirl ? "her" : "his"
      fields["boy" + suffix] = isGirl ? "girl" : "boy"
    }
    return fields
  }

  /// The text with the toy, the place and so on marked where they come after the start.
  private func weighted(_ text: String, start: String, _ fields: [String: String]) -> MicroWorldItem {
    let known = Set(Words.kinds.compactMap { fields[$0.0] })
    var (result, word) = (start, "")
    var isBehindSpace = false
    func flush() {
      result += isBehindSpace ? known.contains(word) ? marked(word) : " " + word : word
      (word, isBehindSpace) = ("", false)
    }
    for character in text.dropFirst(start.count) {
      if character.isLetter || character.isNumber {
        word.append(character)
        continue
      }
      flush()
      if character == " " { isBehindSpace = true } else { result.append(character) }
    }
    flush()
    return MicroWorldItem(key: start, text: result)
  }

  private mutating func story() -> MicroWorldItem {
    let fields = fields()
    var sentences: [String] = []
    for row in Words.story { sentences.append(random.choice(row).filled(fields)) }
    return weighted(
      sentences.joined(separator: " "), start: sentences.prefix(2).joined(separator: " "), fields)
  }

  private mutating func dialogue() -> MicroWorldItem {
    let fields = fields()
    let names = [fields["n"] ?? "", fields["n2"] ?? ""]
    let lines = random.choice(Words.talks).enumerated().map { turn, words in
      "\(names[turn % 2]) said, \"\(words.filled(fields))\""
    }
    return weighted(lines.joined(separator: "\n"), start: "\(lines[0])\n\(names[1]) said,", fields)
  }

  private mutating func poem() -> MicroWorldItem {
    let (animal, color) = (random.choice(Words.kind("animal")), random.choice(Words.kind("color")))
    var ends: [String] = []
    for rhymes in random.sample(Words.rhymes, 2) { ends += random.sample(rhymes, 2) }
    var lines: [String] = []
    for (place, subject) in ["The \(color) \(animal)", "It", "My \(animal)", "It"].enumerated() {
      lines.append("\(subject) \(random.choice(Words.verbs)) \(ends[place])\(place % 2 == 0 ? "," : ".")")
    }
    let start = "Title: The \(color.capitalizedWord) \(animal.capitalizedWord)\n\(lines[0])"
    return MicroWorldItem(key: start, text: ([start] + lines.dropFirst()).joined(separator: "\n"))
  }

  // MARK: Choice

  private mutating func choice() -> MicroWorldItem {
    let right = random.below(4)
    var (options, question): ([String], String)
    if random.uniform() < 0.6 {
      let kinds = random.sample(Words.kinds.map(\.0), 4)
      options = []
      for kind in kinds.dropFirst() { options.append(random.choice(Words.kind(kind))) }
      options.insert(random.choice(Words.kind(kinds[0])), at: right)
      question = "Which one is \("aeiou".contains(kinds[0].prefix(1)) ? "an" : "a") \(kinds[0])?"
    } else {
      options = random.sample(random.choice(Words.kinds.map(\.1)), 4)
      question = "\(MicroWorldTask.naming) \(options[right])?"
    }
    let text =
      "Question: \(question)\n" + zip(["A", "B", "C", "D"], options).map { "\($0)) \($1)" }.joined(separator: "\n")
    return MicroWorldItem(key: text, text: "\(text)\nAnswer:" + marked(["A", "B", "C", "D"][right]))
  }
}

extension String {
  /// The text with each field in braces replaced by what it stands for.
  fileprivate func filled(_ fields: [String: String]) -> String {
    split(separator: "{", omittingEmptySubsequences: false).enumerated().map { place, part in
      guard place > 0, let end = part.firstIndex(of: "}") else { return String(part) }
      return (fields[String(part[..<end])] ?? "") + part[part.index(after: end)...]
    }.joined()
  }

  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

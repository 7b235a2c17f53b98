import Basics
import Configuration
import Transformer

/// A study's section of the configuration. Each value is checked, and a refusal names the line.
public struct StudySection {
  /// The reader of the section's keys.
  public let reader: ConfigurationReader
  /// The names of all texts, or sets of images, in the order of the file.
  public let textNames: [String]
  private let haveImages: Bool

  init(_ reader: ConfigurationReader, textNames: [String], haveImages: Bool = false) {
    self.reader = reader
    self.textNames = textNames
    self.haveImages = haveImages
  }

  /// The section of a group of keys in this one.
  func subsection(_ reader: ConfigurationReader) -> StudySection {
    StudySection(reader, textNames: textNames, haveImages: haveImages)
  }

  /// The value of a key; nil where it is absent.
  public subscript(key: String) -> ConfigurationValue? { reader[key] }

  // MARK: Texts

  /// The names of some texts: one, or a list; `usual` where the key is absent, and an error where that is nil.
  public func texts(_ key: String, usual: [String]? = nil) throws -> [String] {
    guard let value = self[key] else {
      if let usual { return usual }
      throw missing(key, example: textNames.first ?? "NAME")
    }
    let elements = value.isList ? try value.list(use: use) : [value]
    let names = try elements.map { element in
      guard let name = element.text else { throw element.mismatch("the name of a text", use: use) }
      guard textNames.contains(name) else {
        throw element.refusal(absence(name))
      }
      return name
    }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw value.refusal("\(twice.quoted) occurs twice; keep one")
    }
    return names
  }

  /// That no text has a name, and which ones there are.
  func absence(_ name: String) -> String {
    let near = Spelling.nearest(to: name, among: textNames).map { "; did you mean \($0)?" }
    let (noun, key) = haveImages ? ("set of images", "images") : ("text", "texts")
    return "no \(noun) is named \(name.quoted)\(near ?? "; \(key) has \(textNames.joined(separator: ", "))")"
  }

  private var use: String { "names of texts, such as [\(textNames.prefix(2).joined(separator: ", "))]" }

  /// The error that a key that must be there is missing.
  public func missing(_ key: String, example: String) -> TextFileError {
    .input(
      reader.file, line: reader.line,
      "\(reader.group.name(of: key)) is missing; add '\(key): \(example)' here")
  }

  // MARK: Numbers

  /// A whole number of a range.
  public func integer(_ key: String, in range: ClosedRange<Int>, usual: Int) throws -> Int {
    try self[key]?.integer(
      in: range, "a number for this",
      use: "a whole number from \(range.lowerBound)\(range.upperBound == .max ? " up" : " to \(range.upperBound)")")
      ?? usual
  }

  /// A list of whole numbers of a range, ascending and each once.
  public func integers(_ key: String, in range: ClosedRange<Int>, usual: [Int]) throws -> [Int] {
    guard let value = self[key] else { return usual }
    let use = "a list of ascending whole numbers from \(range.lowerBound) to \(range.upperBound)"
    let numbers = try value.list(use: use).map { try $0.integer(in: range, "a number for this", use: use) }
    guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw value.refusal("the numbers do not ascend; use \(use)")
    }
    return numbers
  }

  /// Seeds: a list of them, or how many there are from 0 on.
  public func seeds(_ key: String = "seeds", usual: Int = 3) throws -> [Int] {
    guard let value = self[key] else { return Array(0..<usual) }
    let use = "how many seeds, such as 3, or a list such as [0, 1, 2]"
    guard value.isList else {
      return Array(0..<(try value.integer(in: 1...1000, "a number of seeds", use: use)))
    }
    let seeds = try value.list(use: use).map { try $0.integer(in: 0...Int.max, "a seed", use: use) }
    guard Set(seeds).count == seeds.count else { throw value.refusal("a seed occurs twice; keep one") }
    return seeds
  }

  /// Fractions of a whole, ascending from 0 to 1: a list such as [0, 0.5, 1], or how many evenly spaced ones.
  public func fractions(_ key: String, usual: Int) throws -> [Fraction] {
    let use = "how many fractions from 0 to 1, such as 11, or an ascending list such as [0, 0.5, 1]"
    guard let value = self[key], value.isList else {
      let count = try self[key]?.integer(in: 2...1001, "a number of fractions", use: use) ?? usual
      return (0..<count).map { Fraction($0, of: count - 1) }
    }
    return try ascending(value, parts: 1, use: use)
  }

  /// Percents, ascending from 0 to 100, as fractions.
  public func percents(_ key: String, usual: [Int]) throws -> [Fraction] {
    guard let value = self[key] else { return usual.map { Fraction($0, of: 100) } }
    return try ascending(value, parts: 100, use: "an ascending list of percents such as [0, 1, 5, 10]")
  }

  /// A single decimal number as a fraction of so many parts.
  public func fraction(_ key: String, parts: Int, usual: Fraction) throws -> Fraction {
    guard let value = self[key] else { return usual }
    return try fraction(value, parts: parts, use: "a number from 0 to \(parts)")
  }

  private func ascending(_ value: ConfigurationValue, parts: Int, use: String) throws -> [Fraction] {
    let fractions = try value.list(use: use).map { try fraction($0, parts: parts, use: use) }
    guard zip(fractions, fractions.dropFirst()).allSatisfy({ $0.value < $1.value }) else {
      throw value.refusal("the numbers do not ascend; use \(use)")
    }
    return fractions
  }

  private func fraction(_ value: ConfigurationValue, parts: Int, use: String) throws -> Fraction {
    guard let fraction = value.word.flatMap({ Fraction($0) }), fraction.value <= Double(parts),
      fraction.denominator <= 10_000_000
    else { throw value.mismatch("a number from 0 to \(parts)", use: use) }
    return Fraction(fraction.numerator, of: fraction.denominator * parts)
  }

  // MARK: Words

  /// Some cases of `Choice`, in the order in which the person wrote them; `usual` where the key is absent.
  public func choices<Choice: CaseIterable & RawRepresentable & Hashable>(_ key: String, usual: [Choice]) throws
    -> [Choice]
  where Choice.RawValue == String {
    guard let value = self[key] else { return usual }
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    let elements = value.isList ? try value.list(use: "some of \(names)") : [value]
    let chosen = try elements.map { element in
      guard let choice = element.text.flatMap(Choice.init(rawValue:)) else {
        throw element.mismatch("one of these", use: names)
      }
      return choice
    }
    guard Set(chosen).count == chosen.count else { throw value.refusal("a word occurs twice; keep one") }
    return chosen
  }

  /// Some cases of `Choice`, or none of them where the word is `none`.
  func choicesOrNone<Choice: CaseIterable & RawRepresentable & Hashable>(
    _ key: String, usual: [Choice]
  ) throws -> [Choice] where Choice.RawValue == String {
    self[key]?.text == "none" ? [] : try choices(key, usual: usual)
  }

  /// The sites that a study looks at.
  public func sites(_ key: String = "sites", usual: [Site]) throws -> [Site] { try choices(key, usual: usual) }

  /// `true` or `false`.
  public func flag(_ key: String, usual: Bool) throws -> Bool { try self[key]?.flag() ?? usual }

  /// A path, relative ones to the folder of the configuration; nil where the key is absent.
  public func path(_ key: String) throws -> String? { try self[key]?.path() }
}

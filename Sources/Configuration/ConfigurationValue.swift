import Basics
import Yams

/// A value of a configuration file with its name and line, so that every refusal can say where it stands.
///
/// Numbers and words are read by the rules below, not by those of YAML 1.1, where `010` is eight and `no` is false.
public struct ConfigurationValue {
  let node: Node
  let file: String
  /// The name of its key from the top of the file, as in `mutations.region`.
  public let name: String
  /// The line of the file in which it stands, counted from 1.
  public let line: Int

  // MARK: Refusals

  /// Returns the error "FILE: line N: NAME: PROBLEM".
  public func refusal(_ problem: String) -> TextFileError { .input(file, line: line, "\(name): \(problem)") }

  /// Returns the error that the value is not `noun`, with what can be used.
  public func mismatch(_ noun: String, use: String) -> TextFileError {
    switch node {
    case .sequence: refusal("a list is not \(noun); use \(use)")
    case .mapping, .alias: refusal("a group of keys is not \(noun); use \(use)")
    case .scalar(let scalar):
      if isEmpty {
        refusal("there is no value; use \(use)")
      } else if scalar.style == .plain && word != nil {
        refusal("\(scalar.string.quoted) is not \(noun); use \(use)")
      } else {
        refusal("\(scalar.string.quoted) in quotes or with a tag is not \(noun); use \(use)")
      }
    }
  }

  /// Whether keys of their own are under the key.
  public var isGroup: Bool { if case .mapping = node { true } else { false } }

  /// Whether this is a list.
  public var isList: Bool { if case .sequence = node { true } else { false } }

  /// The key and the value of a group of a single key, as in `scale: 2`; nil for all else.
  public var pair: (key: String, value: ConfigurationValue)? {
    guard case .mapping(let mapping) = node, mapping.count == 1, let (key, value) = mapping.first,
      case .scalar(let scalar) = key
    else { return nil }
    return (scalar.string, ConfigurationValue(node: value, file: file, name: name, line: line))
  }

  // MARK: Single values

  /// The text when this is a single value, in quotes or not.
  public var text: String? {
    guard case .scalar(let scalar) = node else { return nil }
    return scalar.string
  }

  /// The text when this is a plain word or number: no quotes, no tag.
  public var word: String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, scalar.tag.description.isEmpty else { return nil }
    return scalar.string
  }

  /// Whether nothing, `~` or `null` stands where the value should be.
  private var isEmpty: Bool { word.map { ["", "~", "null"].contains($0) } ?? false }

  /// A path, relative ones to the folder of the configuration file; `~` and environment variables are put in.
  public func path() throws -> String {
    guard case .scalar(let scalar) = node, !isEmpty, !scalar.string.isEmpty else {
      throw mismatch("a path", use: "the path of a file or folder")
    }
    let path = scalar.string
    guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw refusal("the path \(path.quoted) holds a control character; write it on one line")
    }
    let expanded: String
    do { expanded = try PathExpansion().expanded(path) } catch { throw refusal(error.clause) }
    guard !expanded.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return expanded }
    return file[...slash] + expanded
  }

  /// A whole number in a range, in decimal digits.
  public func integer<Number: FixedWidthInteger>(in range: ClosedRange<Number>, _ noun: String, use: String) throws
    -> Number
  {
    guard let word, word.isDecimal, let number = Number(word), range.contains(number) else {
      throw mismatch(noun, use: use)
    }
    return number
  }

  /// A whole number of at least 1, or nil for the word `all`.
  public func countOrAll(_ noun: String) throws -> Int? {
    if text == "all" { return nil }
    return try integer(in: 1...Int.max, noun, use: "all or a whole number of at least 1")
  }

  /// A finite number of at least 0.
  public func nonnegative(_ noun: String) throws -> Float {
    let use = "a number of at least 0, such as 0.8"
    guard let word, let exact = word.number, exact >= 0, Float(exact).isFinite else {
      throw mismatch(noun, use: use)
    }
    // A number that would turn into 0, which means something else, and one that no division survives.
    guard exact == 0 || Float(exact).isNormal else {
      throw refusal("\(word.quoted) is too close to 0 for \(noun); use 0 or a larger number")
    }
    return exact == 0 ? 0 : Float(exact)
  }

  /// `true` or `false`.
  public func flag() throws -> Bool {
    switch word {
    case "true": return true
    case "false": return false
    default: throw mismatch("a switch", use: "true or false")
    }
  }

  // MARK: Lists

  /// The elements of a list, at least one; `use` says what to write.
  public func list(use: String) throws -> [ConfigurationValue] {
    guard case .sequence(let sequence) = node else { throw mismatch("a list", use: use) }
    guard !sequence.isEmpty else { throw refusal("the list is empty; use \(use)") }
    return sequence.map { ConfigurationValue(node: $0, file: file, name: name, line: $0.line) }
  }

  /// The paths of a list, at least one; `use` says what to write.
  public func paths(use: String) throws -> [String] { try list(use: use).map { try $0.path() } }

  /// A list of some of the cases of `Choice`, each at most once; returns them in the order of the cases.
  public func choices<Choice: CaseIterable & RawRepresentable & Equatable>(_ noun: String, use: String) throws
    -> [Choice]
  where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    var chosen: [Choice] = []
    for element in try list(use: use) {
      guard let choice = element.text.flatMap(Choice.init(rawValue:)) else {
        throw element.mismatch(noun, use: names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""))
      }
      guard !chosen.contains(choice) else { throw element.refusal("'\(choice.rawValue)' occurs twice; keep one") }
      chosen.append(choice)
    }
    return Choice.allCases.filter { chosen.contains($0) }
  }
}

extension String {
  /// The finite number that this is, in decimal digits as people write it.
  package var number: Double? {
    guard utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), let number = Double(self) else { return nil }
    return number.isFinite ? number : nil
  }

  /// Whether this is a whole number as people write it: an optional minus, then digits without leading zeros.
  package var isDecimal: Bool {
    let digits = hasPrefix("-") ? dropFirst() : self[...]
    return !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && (digits.utf8.count == 1 || digits.first != "0")
  }
}

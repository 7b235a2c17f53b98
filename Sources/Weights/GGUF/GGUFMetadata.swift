import Basics

/// The keys and values of a GGUF file. They lie in the file, and are read when they are asked for; where each is has
/// been checked.
public struct GGUFMetadata: Sendable {
  /// What lies in the file under a key.
  struct Value {
    let type: GGUFValueType
    /// The number of elements of an array, which are of `type`; 1 where the value is a single one.
    let count: Int
    let isArray: Bool
    let range: Range<Int>
  }

  private let file: MappedFile
  private let values: [String: Value]
  /// All keys, in the order of the file.
  public let keys: [String]

  /// Passes over `count` keys with their values, and checks all of them.
  init(_ file: MappedFile, count: Int, cursor: inout GGUFCursor) throws {
    self.file = file
    var (keys, values): ([String], [String: Value]) = ([], [:])
    keys.reserveCapacity(count)
    for number in 0..<count {
      cursor.subject = "key \(number + 1) of \(count)"
      let key = try cursor.name()
      cursor.subject = "the value of the key \(key.quotedName)"
      let value = try Value(file, &cursor)
      guard values.updateValue(value, forKey: key) == nil else {
        throw cursor.refusal("the key \(key.quotedName) occurs twice")
      }
      keys.append(key)
    }
    self.keys = keys
    self.values = values
  }

  /// The path of the file.
  public var path: String { file.path }

  /// Whether there is a value of that key.
  public func has(_ key: String) -> Bool { values[key] != nil }

  // MARK: Single values

  /// The text of a key, nil where it is absent; `WeightsError` where the value is none.
  public func text(_ key: String) throws -> String? {
    guard let value = try value(key, "a text", isArray: false, types: [.text]) else { return nil }
    return try text(in: 8 + value.range.lowerBound..<value.range.upperBound, key)
  }

  /// The whole number of a key, nil where it is absent; `WeightsError` where the value is none, or does not fit.
  public func integer(_ key: String) throws -> Int? {
    guard let value = try value(key, "a whole number", isArray: false, types: GGUFValueType.integers) else {
      return nil
    }
    return try integer(value.type, at: value.range.lowerBound, key)
  }

  /// The number of a key, nil where it is absent; `WeightsError` where the value is none.
  public func number(_ key: String) throws -> Double? {
    guard let value = try value(key, "a number", isArray: false, types: GGUFValueType.numbers) else { return nil }
    return try number(value.type, at: value.range.lowerBound, key)
  }

  /// The truth value of a key, nil where it is absent; `WeightsError` where the value is none.
  public func flag(_ key: String) throws -> Bool? {
    try value(key, "true or false", isArray: false, types: [.flag]).map { file.bytes[$0.range.lowerBound] == 1 }
  }

  // MARK: Arrays

  /// The texts of a key, nil where it is absent; `WeightsError` where the value is none.
  public func texts(_ key: String) throws -> [String]? {
    guard let value = try value(key, "an array of texts", isArray: true, types: [.text]) else { return nil }
    var texts: [String] = []
    texts.reserveCapacity(value.count)
    var offset = value.range.lowerBound
    for _ in 0..<value.count {
      let end = offset + 8 + Int(file.bytes.littleEndian(at: offset, as: UInt64.self))
      texts.append(try text(in: offset + 8..<end, key))
      offset = end
    }
    return texts
  }

  /// The whole numbers of a key, nil where it is absent; `WeightsError` where the value is no array of such.
  public func integers(_ key: String) throws -> [Int]? {
    try elements(key, "an array of whole numbers", GGUFValueType.integers) { try integer($0, at: $1, key) }
  }

  /// The numbers of a key, nil where it is absent; `WeightsError` where the value is no array of such.
  public func numbers(_ key: String) throws -> [Float]? {
    try elements(key, "an array of numbers", GGUFValueType.numbers) { Float(try number($0, at: $1, key)) }
  }

  /// The truth values of a key, nil where it is absent; `WeightsError` where the value is no array of such.
  public func flags(_ key: String) throws -> [Bool]? {
    try elements(key, "an array of truth values", [.flag]) { file.bytes[$1] == 1 }
  }

  /// The number of elements of an array, nil where the key is absent or no array.
  public func count(of key: String) -> Int? { values[key].flatMap { $0.isArray ? $0.count : nil } }

  // MARK: Reading

  /// The sentence about the value of a key; `remedy` follows it.
  public func refusal(_ key: String, _ seen: String, _ remedy: String = "download the file again") -> WeightsError {
    WeightsError("cannot use \(path.quotedName): its key \(key.quotedName) \(seen); \(remedy)")
  }

  private func value(_ key: String, _ wanted: String, isArray: Bool, types: [GGUFValueType]) throws -> Value? {
    guard let value = values[key] else { return nil }
    guard value.isArray == isArray, types.contains(value.type) else {
      let phrase = value.isArray ? "an array of \(value.type.plural)" : value.type.phrase
      throw refusal(key, "is \(phrase) where \(wanted) belongs")
    }
    return value
  }

  private func elements<Element>(
    _ key: String, _ wanted: String, _ types: [GGUFValueType], _ element: (GGUFValueType, Int) throws -> Element
  ) throws -> [Element]? {
    guard let value = try value(key, wanted, isArray: true, types: types) else { return nil }
    let size = value.type.byteCount ?? 0
    return try (0..<value.count).map { try element(value.type, value.range.lowerBound + $0 * size) }
  }

  private func text(in range: Range<Int>, _ key: String) throws -> String {
    guard let text = file.text(in: range) else { throw refusal(key, "holds a text that is not UTF-8") }
    return text
  }

  private func integer(_ type: GGUFValueType, at offset: Int, _ key: String) throws -> Int {
    let bytes = file.bytes
    switch type {
    case .uint8: return Int(bytes.littleEndian(at: offset, as: UInt8.self))
    case .int8: return Int(bytes.littleEndian(at: offset, as: Int8.self))
    case .uint16: return Int(bytes.littleEndian(at: offset, as: UInt16.self))
    case .int16: return Int(bytes.littleEndian(at: offset, as: Int16.self))
    case .uint32: return Int(bytes.littleEndian(at: offset, as: UInt32.self))
    case .int32: return Int(bytes.littleEndian(at: offset, as: Int32.self))
    case .int64: return Int(bytes.littleEndian(at: offset, as: Int64.self))
    default:
      let large = bytes.littleEndian(at: offset, as: UInt64.self)
      guard let number = Int(exactly: large) else { throw refusal(key, "is \(large), more than any size") }
      return number
    }
  }

  private func number(_ type: GGUFValueType, at offset: Int, _ key: String) throws -> Double {
    switch type {
    case .float32: return Double(Float(bitPattern: file.bytes.littleEndian(at: offset)))
    case .float64: return Double(bitPattern: file.bytes.littleEndian(at: offset))
    default: return Double(try integer(type, at: offset, key))
    }
  }
}

extension GGUFMetadata.Value {
  /// Passes over one value of any type.
  fileprivate init(_ file: MappedFile, _ cursor: inout GGUFCursor) throws {
    let outer = try GGUFValueType(&cursor)
    isArray = outer == .array
    type = isArray ? try GGUFValueType(&cursor) : outer
    guard type != .array else {
      throw cursor.refusal("\(cursor.subject) is an array of arrays, which no reader knows")
    }
    let size = type.byteCount ?? MemoryLayout<UInt64>.size
    count = isArray ? try cursor.count(of: type.plural, size: size) : 1
    let start = cursor.offset
    if type.byteCount != nil {
      _ = try cursor.pass(count * size)
    } else {
      for _ in 0..<count { _ = try cursor.string() }
    }
    range = start..<cursor.offset
    if type == .flag, let odd = file.bytes[range].first(where: { $0 > 1 }) {
      throw cursor.refusal("\(cursor.subject) holds \(odd) where 0 or 1 belongs")
    }
  }
}

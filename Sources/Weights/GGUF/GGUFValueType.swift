/// The types of values in the metadata of a GGUF file, by their numbers there.
enum GGUFValueType: UInt32 {
  case uint8, int8, uint16, int16, uint32, int32, float32, flag, text, array, uint64, int64, float64

  static let integers: [GGUFValueType] = [.uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64]
  static let numbers = integers + [.float32, .float64]

  /// Reads the number of a type.
  init(_ cursor: inout GGUFCursor) throws {
    let number: UInt32 = try cursor.number()
    guard let type = GGUFValueType(rawValue: number) else {
      throw cursor.refusal("\(cursor.subject) is of type \(number), and the format has types 0 to 12")
    }
    self = type
  }

  /// Bytes of a value; nil where that depends on the value.
  var byteCount: Int? {
    switch self {
    case .uint8, .int8, .flag: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .text, .array: nil
    }
  }

  /// A value in few words, for refusals.
  var phrase: String {
    switch self {
    case .text: "a text"
    case .array: "an array"
    case .flag: "a truth value"
    case .float32, .float64: "a number"
    default: "a whole number"
    }
  }

  var plural: String { phrase.split(separator: " ").dropFirst().joined(separator: " ") + "s" }
}

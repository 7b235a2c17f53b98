/// JSON as far as the headers of weight files use it.
enum JSONValue {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  /// A number without fraction and exponent that fits.
  case integer(Int)
  /// Any other number, true, false and null: allowed, never needed.
  case other

  var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements when this is an array of integers.
  var integers: [Int]? {
    guard case .array(let elements) = self else { return nil }
    var result: [Int] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      guard case .integer(let value) = element else { return nil }
      result.append(value)
    }
    return result
  }
}

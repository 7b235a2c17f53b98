import Basics
import StrictJSON

/// The JSON of a weight file, with its name for errors.
struct WeightsDocument {
  /// Half a million tensors; bounds the memory that a hostile header can ask for.
  private static let valueLimit = 1 << 22

  let value: JSONValue
  /// What it is: "the header of 'model.safetensors'".
  let source: String

  init(_ bytes: UnsafeRawBufferPointer, source: String) throws {
    self.source = source
    do {
      value = try JSONReader.read(bytes, valueLimit: Self.valueLimit)
    } catch {
      throw WeightsError("cannot read \(source): \(error); make or download the file again")
    }
  }

  /// The members of an object of the document by name, nil when `value` is no object.
  ///
  /// Refuses two names that differ in bytes but not as strings, because tensors are asked for by string.
  func members(of value: JSONValue?) throws -> [String: JSONValue]? {
    guard let members = value?.members else { return nil }
    var result: [String: JSONValue] = [:]
    result.reserveCapacity(members.count)
    for member in members {
      try check(
        result.updateValue(member.value, forKey: member.name.text) == nil,
        "cannot read \(source): the name \(member.name.text.quotedName) occurs twice in one object, composed and "
          + "decomposed; make or download the file again")
    }
    return result
  }
}

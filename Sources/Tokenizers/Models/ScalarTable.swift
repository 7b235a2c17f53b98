import StrictJSON

/// The tokens that are one scalar, by the scalar.
struct ScalarTable: Sendable {
  /// The scalars up to here, among them all of the byte-level alphabet, are looked up without hashing.
  private static let tableCount = 0x400

  private var table = [Int32](repeating: -1, count: tableCount)
  private var others: [UInt32: Int32] = [:]

  init(_ tokens: [ByteString: Int32]) {
    for (spelling, token) in tokens where spelling.bytes.count <= 4 {
      guard let text = String(validating: spelling.bytes, as: UTF8.self) else { continue }
      let scalars = text.unicodeScalars
      guard let scalar = scalars.first, scalars.count == 1 else { continue }
      if scalar.value < Self.tableCount { table[Int(scalar.value)] = token } else { others[scalar.value] = token }
    }
  }

  subscript(scalar: Unicode.Scalar) -> Int32? {
    guard scalar.value < Self.tableCount else { return others[scalar.value] }
    let token = table[Int(scalar.value)]
    return token < 0 ? nil : token
  }
}

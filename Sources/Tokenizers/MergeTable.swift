/// What two neighbouring tokens may become.
struct Merge: Sendable {
  /// Lower ranks are merged first.
  let rank: Int32
  let token: Int32
}

/// The merges of a byte-pair vocabulary, by the pair of tokens they join.
struct MergeTable: Sendable {
  private var merges: [UInt64: Merge] = [:]

  init(capacity: Int = 0) {
    merges.reserveCapacity(capacity)
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    get { merges[Self.key(left, right)] }
    set { merges[Self.key(left, right)] = newValue }
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}

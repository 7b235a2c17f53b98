/// A table that finds the number of a thing among those numbered so far, by a hash and a comparison.
///
/// Numbers are given in the order of arrival, so nothing depends on hashes. A slot takes eight bytes, and at most two
/// thirds of the slots are used; the things themselves are kept elsewhere.
public struct HashTable: Sendable {
  /// The upper half of the hash, and the number plus 1; 0 where there is none.
  private var slots: [UInt64] = Array(repeating: 0, count: 1 << 10)
  /// How many things are numbered.
  public private(set) var count = 0

  /// Begins empty.
  public init() {}

  /// The number of the thing with this hash for which `isEqual` holds.
  public func number(_ hash: UInt64, isEqual: (Int) -> Bool) -> Int? {
    let (tag, mask) = (hash >> 32, slots.count - 1)
    var place = Int(tag) & mask
    while slots[place] != 0 {
      let number = Int(slots[place] & 0xffff_ffff) - 1
      if slots[place] >> 32 == tag, isEqual(number) { return number }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Gives the next number, `count`, to a new thing with this hash.
  public mutating func append(_ hash: UInt64) {
    precondition(count < Int(Int32.max), "numbers that fit into 32 bits")
    if 3 * (count + 1) > 2 * slots.count { grow() }
    count += 1
    insert(hash & 0xffff_ffff_0000_0000 | UInt64(count))
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: 2 * old.count)
    for slot in old where slot != 0 { insert(slot) }
  }

  private mutating func insert(_ slot: UInt64) {
    let mask = slots.count - 1
    var place = Int(slot >> 32) & mask
    while slots[place] != 0 { place = (place + 1) & mask }
    slots[place] = slot
  }

  /// 64 bits that depend on all bytes, by folded multiplication; the same in every process.
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var state = fold(seed ^ 0x9e37_79b9_7f4a_7c15, UInt64(bytes.count) ^ 0xe703_7ed1_a0b4_28db)
    var place = 0
    while place + 8 <= bytes.count {
      state = fold(state ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self), 0xa076_1d64_78bd_642f)
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    return fold(state ^ rest, 0x8ebc_6af0_9c88_c6e3)
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}

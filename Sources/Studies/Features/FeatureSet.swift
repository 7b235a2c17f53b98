/// Some of the features of a sparse autoencoder, a bit each.
struct FeatureSet {
  private var words: [UInt64]

  /// None of `count` features.
  init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  mutating func insert(_ feature: Int) { words[feature >> 6] |= 1 << UInt64(feature & 63) }

  /// The features of the set, ascending.
  var members: [Int32] {
    var members: [Int32] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        members.append(Int32(index << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return members
  }
}

/// What random numbers of clustering are drawn for: a stream of `RandomNumbers` each.
enum RandomStream {
  static let directions: UInt32 = 0x6569_6765
  static let centres: UInt32 = 0x6b6d_6561
  static let landmarks: UInt32 = 0x6c61_6e64
  static let sample: UInt32 = 0x7361_6d70
}

/// What random numbers of clustering are drawn for: a stream of `RandomNumbers` each.
enum RandomStream {
  static let directions: UInt32 = 0x6569_6765
  static let centres: UInt32 = 0x6b6d_6561
  static let landmarks: UInt32 = 0x6c61_6e64
  static let sample: UInt32 = 0x7361_6d70
  static let split: UInt32 = 0x7370_6c69
  static let labels: UInt32 = 0x6c61_6265
  static let rates: UInt32 = 0x7261_7465
  static let points: UInt32 = 0x706f_696e
  // Of what is planted.
  static let planted: UInt32 = 7
  static let firings: UInt32 = 0x6669_7265
}

extension RandomStream {
  // Of the galaxy.
  static let isotropic: UInt32 = 0x6973_6f74
  static let matching: UInt32 = 0x6d61_7463
  static let matched: UInt32 = 0x636f_7661
  static let entropy: UInt32 = 0x656e_7472
  // Of the span of blocks.
  static let components: UInt32 = 0x636f_6d70
  // Of crystals.
  static let folds: UInt32 = 0x666f_6c64
  static let relations: UInt32 = 0x6372_7973
  static let functions: UInt32 = 0x6675_6e63
  static let distractor: UInt32 = 0x6469_7374
  static let clusters: UInt32 = 0x636c_7573
  static let drawings: UInt32 = 0x6472_6177
  // Of differences without labels.
  static let pairs: UInt32 = 0x7072_6e64
  static let signs: UInt32 = 0x7369_676e
  static let normals: UInt32 = 0x6e6f_726d
  static let plants: UInt32 = 0x706c_616e
}

extension Kind: CaseIterable {
  /// All kinds, a line each, in the order of their codes.
  private static let definitions: [any KindDefinition.Type] = [
    Maximum.self,
    Minimum.self,
    Zero.self,
    Negate.self,
    Scale.self,
    Noise.self,
    Mean.self,
    Shuffle.self,
    Signed.self,
    UnitMean.self,
    UnitPeak.self,
  ]

  /// All kinds, in the order of their codes.
  public static let allCases: [Kind] = {
    let kinds = definitions.map { Kind($0) }
    precondition(zip(kinds, kinds.dropFirst()).allSatisfy { $0 < $1 }, "codes ascend")
    return kinds
  }()

  /// The kind of every code; nil where a code stands for none.
  static let byCode: [Kind?] = {
    var kinds = [Kind?](repeating: nil, count: Int(UInt8.max) + 1)
    for kind in allCases { kinds[Int(kind.code)] = kind }
    return kinds
  }()

  /// The kinds of a screen that does not name its kinds.
  public static let usual: [Kind] = [.maximum, .minimum, .zero]
}

/// Every weight changes its sign.
enum Negate: KindDefinition {
  static let name = "negate"
  static let code: UInt8 = 3
  static let sentence = "every weight changes its sign"
  static let recipe = KindRecipe.steady("turns the sign of each weight")
  static let hasValue = false
  static let multiplies = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { .nan }
  static func change(_ region: RegionWeights) { region.setEach { old in -old } }
  static func factor(parameter: Float?) -> Float? { -1 }
}

extension Kind {
  /// Every weight changes its sign.
  public static let negate = Kind(Negate.self)
}

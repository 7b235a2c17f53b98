/// Every weight becomes zero.
enum Zero: KindDefinition {
  static let name = "zero"
  static let code: UInt8 = 2
  static let sentence = "every weight becomes zero"
  static let recipe = KindRecipe.constant()
  static let multiplies = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { 0 }
  static func factor(parameter: Float?) -> Float? { 0 }
  static func change(_ region: RegionWeights) { region.setEach { _ in 0 } }
}

extension Kind {
  /// Every weight becomes zero.
  public static let zero = Kind(Zero.self)
}

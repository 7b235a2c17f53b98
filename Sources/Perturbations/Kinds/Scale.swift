/// Every weight is multiplied by a factor.
enum Scale: KindDefinition {
  static let name = "scale"
  static let code: UInt8 = 4
  static let sentence = "every weight is multiplied by a factor"
  static let recipe = KindRecipe.steady("multiplies each by value in float32")
  static let parameter: KindParameter? = KindParameter(
    example: "2", advice: "use a factor from -1000000 to 1000000 that is not 1"
  ) { $0 != 1 }
  static let multiplies = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { parameter ?? .nan }
  static func change(_ region: RegionWeights) { region.setEach { old in region.value * old } }
  static func factor(parameter: Float?) -> Float? { parameter }
}

extension Kind {
  /// Every weight is multiplied by a factor.
  public static let scale = Kind(Scale.self)
}

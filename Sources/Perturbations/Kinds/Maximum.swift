/// Every weight becomes the largest of its matrix.
enum Maximum: KindDefinition {
  static let name = "maximum"
  static let code: UInt8 = 0
  static let sentence = "every weight becomes the largest of its matrix"
  static let recipe = KindRecipe.constant()

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { matrix.largest }
  static func change(_ region: RegionWeights) { region.setEach { _ in region.value } }
}

extension Kind {
  /// Every weight becomes the largest of its matrix.
  public static let maximum = Kind(Maximum.self)
}

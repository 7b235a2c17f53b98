/// Every weight becomes the smallest of its matrix.
enum Minimum: KindDefinition {
  static let name = "minimum"
  static let code: UInt8 = 1
  static let sentence = "every weight becomes the smallest of its matrix"
  static let recipe = KindRecipe.constant()

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { matrix.smallest }
  static func change(_ region: RegionWeights) { region.setEach { _ in region.value } }
}

extension Kind {
  /// Every weight becomes the smallest of its matrix.
  public static let minimum = Kind(Minimum.self)
}

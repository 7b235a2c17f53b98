/// Every weight becomes the mean of its matrix.
enum Mean: KindDefinition {
  static let name = "mean"
  static let code: UInt8 = 6
  static let sentence = "every weight becomes the mean of its matrix"
  static let recipe = KindRecipe.constant(note: "the mean is summed in double precision and rounded")
  static let usesMoments = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { Float(matrix.mean) }
  static func change(_ region: RegionWeights) { region.setEach { _ in region.value } }
}

extension Kind {
  /// Every weight becomes the mean of its matrix.
  public static let mean = Kind(Mean.self)
}

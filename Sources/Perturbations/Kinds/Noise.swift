/// To every weight a normal number is added, whose standard deviation is given in those of the matrix.
enum Noise: KindDefinition {
  static let name = "noise"
  static let code: UInt8 = 5
  static let sentence = "a normal number is added to every weight, its standard deviation given in those of the matrix"
  static let recipe = KindRecipe.random(
    """
    value times the standard deviation of the matrix times a normal number is added to each weight, in double \
    precision, and the sum is rounded; the counter is (row of the weight, column of the weight, m, 0), and the \
    standard deviation is the root of the mean square of all weights of the matrix less their mean
    """)
  static let parameter: KindParameter? = KindParameter(
    example: "0.5", advice: "use a standard deviation above 0, in those of the matrix, up to 1000000"
  ) { $0 > 0 }
  static let usesMoments = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { parameter ?? .nan }

  static func change(_ region: RegionWeights) {
    let scale = Double(region.value) * region.matrix.deviation
    region.setEach { row, column, old in
      var random = region.random(row: row, column: column)
      return Float(Double(old) + scale * random.shortNormal())
    }
  }
}

extension Kind {
  /// To every weight a normal number is added, whose standard deviation is given in those of the matrix.
  public static let noise = Kind(Noise.self)
}

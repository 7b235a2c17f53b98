/// The weights of the region change places with one another (Fisher and Yates 1938, Durstenfeld 1964).
enum Shuffle: KindDefinition {
  static let name = "shuffle"
  static let code: UInt8 = 7
  static let sentence = "the weights of the region change places with one another"
  static let recipe = KindRecipe.random(
    """
    the weights of the region, numbered row by row, are permuted (Fisher and Yates): for i from the last number down \
    to 1, weight i changes places with weight j, a whole number below i + 1 from the counter (first row of the region, \
    first column of the region, m, i)
    """)
  static let hasValue = false

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { .nan }

  static func change(_ region: RegionWeights) {
    let (row, column) = (region.rows.lowerBound, region.columns.lowerBound)
    for last in stride(from: region.count - 1, to: 0, by: -1) {
      var random = region.random(row: row, column: column, index: last)
      region.swap(last, random.integer(below: last + 1))
    }
  }
}

extension Kind {
  /// The weights of the region change places with one another.
  public static let shuffle = Kind(Shuffle.self)
}

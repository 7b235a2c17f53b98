/// Every weight of a row of the region becomes the extreme of its matrix that is larger in magnitude, with a random
/// sign for each row.
///
/// It is a control of maximum and minimum: at least as much drive enters as with either, without a common direction
/// over the rows.
enum Signed: KindDefinition {
  static let name = "signed"
  static let code: UInt8 = 8
  static let sentence =
    "every weight of a row becomes the extreme of its matrix that is larger in magnitude, "
    + "with a random sign for each row"
  static let recipe = KindRecipe.random(
    """
    all weights of a row of the region become value, or -value where a whole number below 2 is 1, from the counter \
    (row, first column of the region, m, 0); value is the maximum or the minimum of the matrix, whichever is larger in \
    magnitude, and the maximum if both are equal
    """)

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float {
    matrix.largest.magnitude >= matrix.smallest.magnitude ? matrix.largest : matrix.smallest
  }

  static func change(_ region: RegionWeights) {
    let column = region.columns.lowerBound
    let values = region.rows.map { row in
      var random = region.random(row: row, column: column)
      return random.integer(below: 2) == 1 ? -region.value : region.value
    }
    region.setEach { row, _, _ in values[row - region.rows.lowerBound] }
  }
}

extension Kind {
  /// Every weight of a row of the region becomes the extreme of its matrix that is larger in magnitude, with a random
  /// sign for each row.
  public static let signed = Kind(Signed.self)
}

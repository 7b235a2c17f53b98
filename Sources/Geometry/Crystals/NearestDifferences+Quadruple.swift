extension NearestDifferences {
  /// From a to b as from c to d. Its sides are a to b and a to c, each the mean of the two opposite ones.
  public struct Quadruple: Sendable, Equatable {
    /// a, b, c, d
    public let points: [Int]
    /// The length of (b − a) − (d − c) over that of the shorter side, so that two points beside two others are none.
    public let deviation: Double
    /// The cosine of b − a with d − c.
    public let cosine: Double
    /// The length of the shorter of these two differences over that of the longer.
    public let lengthRatio: Double
    /// The cosine of the two sides with each other.
    public let sideCosine: Double
    /// The length of the shorter side over that of the longer.
    public let sideRatio: Double

    /// The largest cosine of the two sides, without its sign. A crystal needs two independent directions (Li et al.
    /// 2024, arXiv 2410.19750): at 0.9 a fifth of the squared length of either side is not along the other, beyond it
    /// less, and the four points are nearly on a line, where any equal steps would do.
    public static let cosineLimit = 0.9
    /// The shortest side, as a share of the other: where it is shorter, the four are two points and a copy of each.
    public static let ratioLimit = 0.05

    /// Whether the four points are nearly on a line or nearly two points.
    public var isFlat: Bool {
      !(abs(sideCosine) <= Quadruple.cosineLimit && sideRatio >= Quadruple.ratioLimit)
    }

    /// The quadruple with other numbers for its points.
    func renumbered(_ number: (Int) -> Int) -> Quadruple {
      Quadruple(
        points: points.map(number), deviation: deviation, cosine: cosine, lengthRatio: lengthRatio,
        sideCosine: sideCosine, sideRatio: sideRatio)
    }
  }
}

extension NearestDifferences.Quadruple {
  /// nil where two corners are one or the deviation is above the limit.
  init?(_ cloud: PointCloud, _ points: DifferenceSearch.Corners, limit: Double) {
    // Squares of the lengths of b − a, d − c, c − a, d − b and of the gap of the first two, and the product of these.
    var (squares, gap, product) = (SIMD4<Double>.zero, 0.0, 0.0)
    // Of twice the sides: their squares and their product.
    var (sideSquares, sideProduct) = (SIMD2<Double>.zero, 0.0)
    cloud.values.withUnsafeBufferPointer { values in
      for place in 0..<cloud.dimension {
        let corners = SIMD4(
          Double(values[Int(points[0]) * cloud.dimension + place]),
          Double(values[Int(points[1]) * cloud.dimension + place]),
          Double(values[Int(points[2]) * cloud.dimension + place]),
          Double(values[Int(points[3]) * cloud.dimension + place]))
        let differences = SIMD4(
          corners[1] - corners[0], corners[3] - corners[2], corners[2] - corners[0], corners[3] - corners[1])
        squares += differences * differences
        gap += (differences[0] - differences[1]) * (differences[0] - differences[1])
        product += differences[0] * differences[1]
        let sides = SIMD2(differences[0] + differences[1], differences[2] + differences[3])
        sideSquares += sides * sides
        sideProduct += sides[0] * sides[1]
      }
    }
    let lengths = squares.squareRoot()
    let side = min(lengths[0] + lengths[1], lengths[2] + lengths[3]) / 2
    guard lengths.min() > 0, gap.squareRoot() <= limit * side else { return nil }
    self.points = (0..<4).map { Int(points[$0]) }
    deviation = gap.squareRoot() / side
    cosine = product / (lengths[0] * lengths[1])
    lengthRatio = min(lengths[0], lengths[1]) / max(lengths[0], lengths[1])
    let sides = sideSquares.squareRoot()
    sideCosine = sideProduct / (sides[0] * sides[1])
    sideRatio = sides.min() / sides.max()
  }
}

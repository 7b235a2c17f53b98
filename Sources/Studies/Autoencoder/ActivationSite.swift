import LinearAlgebra
import Perturbations
import Transformer

/// The activations of one site of one layer, at all positions but that of the token that begins a row.
struct ActivationSite {
  let ground: StudyGround
  let site: Site
  let layer: Int
  let width: Int

  init(_ ground: StudyGround, _ site: Site, layer: Int) {
    guard let width = try? ground.shape.width(at: site, layer: layer) else {
      preconditionFailure("a site that the plan has checked")
    }
    self.ground = ground
    self.site = site
    self.layer = layer
    self.width = width
  }

  /// Shows the activations of each row, `[positions, width]`, to `body`, row after row.
  func forEach(of rows: [StudyRow], _ body: @escaping (MatrixView) -> Void) {
    let reader = ActivationReader(site: site, layer: layer, from: ground.firstCounted, body: body)
    ground.withPass { $0.run(rows, upTo: layer, hook: reader) }
  }

  /// Widths up to which principal components are found; beyond, their matrix takes much room in the journal.
  private static let componentWidth = 512

  /// The moments of the activations of rows, and their principal components where they are not too wide. Cost: a pass
  /// over the rows up to the layer.
  func moments(of rows: [StudyRow]) throws -> ActivationMoments {
    let hasComponents = width <= Self.componentWidth
    let parts = RowParts(rows, atMost: 16, tokens: StudyCost.pieceTokens(ground.shape))
    let count = 2 + width + (hasComponents ? width * width : 0)
    let pieces = try ground.stages.evaluate(
      "taking moments", costs: parts.costs(ground.shape), sizes: parts.ranges.map { _ in count }
    ) { piece in
      var sums = ActivationSums(width: width, hasSquares: hasComponents)
      forEach(of: Array(rows[parts.ranges[piece]])) { sums.add($0) }
      return sums.numbers
    }
    var sums = [Double](repeating: 0, count: count)
    for piece in parts.ranges.indices {
      for (place, number) in try pieces[piece].enumerated() { sums[place] += number }
    }
    return try ActivationMoments(sums, width: width)
  }
}

/// A hook that shows the activations of each row.
private struct ActivationReader: Hook {
  let site: Site
  let layer: Int
  let firstPosition: Int
  let body: (MatrixView) -> Void

  init(site: Site, layer: Int, from firstPosition: Int, body: @escaping (MatrixView) -> Void) {
    (self.site, self.layer, self.firstPosition, self.body) = (site, layer, firstPosition, body)
  }

  func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(site)] : [] }

  func visit(_ visit: Visit) {
    for range in visit.ranges where range.count > firstPosition {
      body(visit.values[rows: range.lowerBound + firstPosition..<range.upperBound].reading)
    }
  }
}

/// Sums over activations, in double.
private struct ActivationSums {
  private let width: Int
  private var count = 0.0
  private var length = 0.0
  private var sum: [Double]
  /// Σ x xᵀ; empty where nobody wants it.
  private var squares: DoubleMatrix?

  init(width: Int, hasSquares: Bool) {
    self.width = width
    sum = Array(repeating: 0, count: width)
    squares = hasSquares ? DoubleMatrix(rows: width, columns: width) : nil
  }

  var numbers: [Double] { [count, length] + sum + (squares?.values ?? []) }

  mutating func add(_ activations: MatrixView) {
    count += Double(activations.rows)
    var values = [Double](repeating: 0, count: activations.rows * width)
    for row in 0..<activations.rows {
      let own = activations.row(row)
      var square = 0.0
      for place in 0..<width {
        let value = Double(own[place])
        values[row * width + place] = value
        sum[place] += value
        square += value * value
      }
      length += square.squareRoot()
    }
    guard squares != nil else { return }
    let matrix = DoubleMatrix(rows: activations.rows, columns: width, values: values)
    let products = matrix.transposeTimes(matrix)
    for place in 0..<width * width { squares?.values[place] += products.values[place] }
  }
}

/// What is known of the activations that are learned.
struct ActivationMoments {
  /// The number of activations.
  let count: Int
  /// The mean of their lengths.
  let length: Double
  /// Their mean, `[width]`.
  let mean: [Double]
  /// Principal components as columns, the first ones first; nil where they are too wide.
  let components: DoubleMatrix?

  /// Takes count, Σ ‖x‖, Σ x, and Σ x xᵀ if it is there.
  init(_ sums: [Double], width: Int) throws {
    count = Int(sums[0])
    length = sums[1] / sums[0]
    let mean = sums[2..<2 + width].map { $0 / sums[0] }
    self.mean = mean
    guard sums.count > 2 + width else {
      components = nil
      return
    }
    let number = sums[0]
    let centred = DoubleMatrix(
      rows: width, columns: width,
      values: (0..<width * width).map { place in
        sums[2 + width + place] - number * mean[place / width] * mean[place % width]
      })
    components = try SymmetricEigen(centred).vectors
  }
}

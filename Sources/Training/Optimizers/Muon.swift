import LinearAlgebra

/// Muon: momentum whose singular values are all brought near 1 before each step (Jordan et al. 2024), for matrices
/// inside a network.
///
/// With gradient G: M ← M + (1 − μ)(G − M), N = G + μ (M − G), O = the Newton–Schulz iterate of N;
/// W ← W − rate · decay · W − rate · √max(1, rows / columns) · O.
public struct Muon: Equatable, Sendable {
  /// μ, by which gradients fade.
  public var momentum: Double
  /// The share of a parameter that a step at a rate of 1 takes off.
  public var weightDecay: Double
  /// Coefficients of x, x³ and x⁵ in a step of the iteration, which take singular values below 1 to about 1.
  static let coefficients: (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
  private static let iterations = 5

  /// Muon as published.
  public init(momentum: Double = 0.95, weightDecay: Double = 0.1) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Updates a whole matrix `[rows, columns]` and the mean of its gradients.
  ///
  /// About 10 · min(rows, columns)² · (2 · max + min) operations.
  func update(_ moments: UpdatedMoments, rows: Int, columns: Int, rate: Double, in workspace: ProductWorkspace) {
    let isTall = rows > columns
    let direction = Matrix(rows: min(rows, columns), columns: max(rows, columns))
    let ahead = direction.view.base
    let (fresh, own) = (Float(1 - momentum), Float(momentum))
    func target(_ row: Int, _ column: Int) -> Int { isTall ? column * rows + row : row * columns + column }
    for row in 0..<rows {
      for column in 0..<columns {
        let place = row * columns + column
        let slope = moments.gradient[place]
        let mean = moments.first[place] + fresh * (slope - moments.first[place])
        moments.first[place] = mean
        ahead[target(row, column)] = slope + own * (mean - slope)
      }
    }
    Muon.orthogonalize(direction, in: workspace)
    let kept = Float(1 - rate * weightDecay)
    let step = Float(rate * max(1, Double(rows) / Double(columns)).squareRoot())
    for row in 0..<rows {
      for column in 0..<columns {
        let place = row * columns + column
        moments.values[place] = kept * moments.values[place] - step * ahead[target(row, column)]
      }
    }
  }

  /// Brings the singular values of a matrix that is not taller than wide near 1, in place.
  package static func orthogonalize(_ matrix: Matrix, in workspace: ProductWorkspace) {
    let (order, all) = (matrix.rows, matrix.rows * matrix.columns)
    // Taken once: a view is an object's, and the loops are short.
    let numbers = matrix.view.base
    let scale = Float(1 / max(Vectors.squares(numbers, all).squareRoot(), 1e-7))
    for place in 0..<all { numbers[place] *= scale }
    let (gram, update) = (Matrix(rows: order, columns: order), Matrix(rows: order, columns: order))
    let next = Matrix(rows: order, columns: matrix.columns)
    let (squares, fourths, changes) = (gram.view.base, update.view.base, next.view.base)
    let (first, third, fifth) = coefficients
    for _ in 0..<iterations {
      let weights = WeightView(matrix.view.reading)
      gram.view.assignProduct(of: matrix.view.reading, withTransposeOf: weights, in: workspace)
      update.view.assignProduct(
        of: gram.view.reading, withTransposeOf: WeightView(gram.view.reading).transposed, in: workspace)
      for place in 0..<order * order { fourths[place] = third * squares[place] + fifth * fourths[place] }
      next.view.assignProduct(of: update.view.reading, withTransposeOf: weights.transposed, in: workspace)
      for place in 0..<all { numbers[place] = first * numbers[place] + changes[place] }
    }
  }
}

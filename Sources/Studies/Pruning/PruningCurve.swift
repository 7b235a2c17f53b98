import Transformer

/// How well both texts are predicted as more and more units are pruned; the first point is of the unpruned model.
struct PruningCurve {
  let forget: [PredictionScores]
  let retain: [PredictionScores]

  /// The selectivity area under shares of first choices, each over that of the unpruned model; see `area(_:_:)`.
  var area: Double { PruningCurve.area(retain.map(\.top1), forget.map(\.top1)) }

  /// Twice the area under the curve of y, forget over its first value, against x, retain over its first value, with the
  /// last point joined to the origin: Σ (x_i − x_{i+1})(y_i + y_{i+1}) + x_N y_N. It is 1 where both fall alike and 0
  /// where forgetting costs nothing; no number where the unpruned model predicts nothing of a text.
  static func area(_ retain: [Double], _ forget: [Double]) -> Double {
    guard let x0 = retain.first, let y0 = forget.first, x0 > 0, y0 > 0 else { return .nan }
    let (x, y) = (retain.map { $0 / x0 }, forget.map { $0 / y0 })
    var area = x[x.count - 1] * y[y.count - 1]
    for i in 0..<x.count - 1 { area += (x[i] - x[i + 1]) * (y[i] + y[i + 1]) }
    return area
  }
}

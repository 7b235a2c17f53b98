import Basics

/// What most points follow, however far the others lie: the constant, or the line against a predictor, with the
/// smallest sum of squares over the better half of the points (least trimmed squares; Rousseeuw 1984, J. Am. Stat.
/// Assoc. 79, 871–880).
///
/// A constant is found exactly. A line is found by concentration from lines through two points (Rousseeuw and Van
/// Driessen 2006, FAST-LTS): through every two of few points, through drawn ones of many; the draws depend on the
/// number of points alone.
public struct TrimmedFit: Sendable {
  /// The distance of every point from what most follow.
  public let residuals: [Double]

  /// What most points are taken to follow.
  public enum Form: Sendable {
    /// One value for all.
    case constant
    /// A straight line over a predictor, which has a value for each point.
    case line([Double])
    /// A multiple of a predictor.
    case lineThroughOrigin([Double])
  }

  /// Fits the form to the values of all points.
  public init(_ values: [Double], form: Form) {
    switch form {
    case .constant:
      let center = TrimmedFit.center(values)
      residuals = values.map { $0 - center }
    case .line(let predictor):
      let line = Concentration(values, predictor, hasIntercept: true).best
      residuals = zip(values, predictor).map { $0 - line.intercept - line.slope * $1 }
    case .lineThroughOrigin(let predictor):
      let line = Concentration(values, predictor, hasIntercept: false).best
      residuals = zip(values, predictor).map { $0 - line.slope * $1 }
    }
  }

  /// The mean of the half that lies closest together; of equally close halves the lowest.
  private static func center(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2 + 1
    guard sorted.count > 2 else { return sorted.isEmpty ? 0 : sorted.mean }
    // Sums of what is left of a middle value, so that no digits are lost.
    let middle = sorted[sorted.count / 2]
    var (sum, squares) = (0.0, 0.0)
    for value in sorted[..<half] {
      sum += value - middle
      squares += (value - middle) * (value - middle)
    }
    var best = (spread: squares - sum * sum / Double(half), center: middle + sum / Double(half))
    for first in 1...sorted.count - half {
      let (out, into) = (sorted[first - 1] - middle, sorted[first + half - 1] - middle)
      sum += into - out
      squares += into * into - out * out
      let spread = squares - sum * sum / Double(half)
      if spread < best.spread * (1 - 1e-12) { best = (spread, middle + sum / Double(half)) }
    }
    return best.center
  }
}

private struct Line {
  var slope: Double
  var intercept: Double
}

/// The search for the line: from many starts, each time the half with the smallest residuals is fitted again.
private struct Concentration {
  private let values: [Double]
  private let predictor: [Double]
  private let hasIntercept: Bool
  private let half: Int

  private static let fewPoints = 40
  private static let drawnStarts = 100
  private static let firstSteps = 2
  private static let lastSteps = 20
  private static let kept = 5

  init(_ values: [Double], _ predictor: [Double], hasIntercept: Bool) {
    precondition(values.count == predictor.count, "a predictor for each point")
    self.values = values
    self.predictor = predictor
    self.hasIntercept = hasIntercept
    half = min(values.count, (values.count + (hasIntercept ? 2 : 1)) / 2 + 1)
  }

  var best: Line {
    let started = starts.map { improved($0, steps: Concentration.firstSteps) }
      .enumerated().sorted { ($0.element.squares, $0.offset) < ($1.element.squares, $1.offset) }
    let finished = started.prefix(Concentration.kept).map {
      improved($0.element.line, steps: Concentration.lastSteps)
    }
    return finished.min { $0.squares < $1.squares }?.line ?? fit(Array(values.indices))
  }

  private var starts: [Line] {
    let count = values.count
    guard hasIntercept else {
      let step = max(1, count / Concentration.drawnStarts)
      return stride(from: 0, to: count, by: step).compactMap { index in
        predictor[index] == 0 ? nil : Line(slope: values[index] / predictor[index], intercept: 0)
      }
    }
    func line(_ first: Int, _ second: Int) -> Line? {
      let run = predictor[second] - predictor[first]
      guard run != 0 else { return nil }
      let slope = (values[second] - values[first]) / run
      return Line(slope: slope, intercept: values[first] - slope * predictor[first])
    }
    if count <= Concentration.fewPoints {
      return (0..<count).flatMap { first in (first + 1..<max(count, first + 1)).compactMap { line(first, $0) } }
    }
    return (0..<Concentration.drawnStarts).compactMap { draw in
      var random = RandomStream(seed: UInt64(count), stream: "lts", index: draw)
      return line(random.below(count), random.below(count))
    }
  }

  /// A line after some steps, and the sum of its smallest squares.
  private func improved(_ start: Line, steps: Int) -> (line: Line, squares: Double) {
    var line = start
    var squares = Double.infinity
    for _ in 0..<steps {
      let errors = values.indices.map { abs(values[$0] - line.intercept - line.slope * predictor[$0]) }
      let closest = Array(values.indices.sorted { (errors[$0], $0) < (errors[$1], $1) }.prefix(half))
      let next = fit(closest)
      let sum = closest.reduce(0) { sum, index in
        let error = values[index] - next.intercept - next.slope * predictor[index]
        return sum + error * error
      }
      guard sum < squares else { break }
      (line, squares) = (next, sum)
    }
    return (line, squares)
  }

  /// Least squares over some points.
  private func fit(_ points: [Int]) -> Line {
    guard !points.isEmpty else { return Line(slope: 0, intercept: 0) }
    let center = hasIntercept ? points.reduce(0) { $0 + predictor[$1] } / Double(points.count) : 0
    let mean = hasIntercept ? points.reduce(0) { $0 + values[$1] } / Double(points.count) : 0
    var (products, squares) = (0.0, 0.0)
    for point in points {
      products += (predictor[point] - center) * (values[point] - mean)
      squares += (predictor[point] - center) * (predictor[point] - center)
    }
    let slope = squares > 0 ? products / squares : 0
    return Line(slope: slope, intercept: mean - slope * center)
  }
}

/// Which points stand out of what most of them follow, even where many do.
///
/// One outlier can hide another, because it widens the spread by which both are measured. So the points are ordered by
/// their distance from what the better half follows (`TrimmedFit`), and taken away one after the other, the farthest
/// first; each is tested against the points that are left (Rosner 1983, Technometrics 25, 165–172). All points up to
/// the last that is far from those behind it are outliers. Half of the points may be.
public struct Outliers: Sendable {
  /// The values of the points, the variance of each by sampling alone, and what they follow.
  let values: [Double]
  let variances: [Double]
  let form: TrimmedFit.Form
  let isTwoSided: Bool
  /// Robust distances.
  private let distances: [Double]
  /// The values' numbers, from the farthest on.
  private let order: [Int]
  /// Sums over the points from each place of `order` on.
  private let rests: [Rest]
  /// How many points, from the farthest on, are outliers by the sample alone.
  private var trimmedCount = 0

  /// Degrees of freedom that must be left before a point can be tested against the rest.
  private static let fewestDegrees = 3
  /// Points beyond this probability are left out of what the others follow.
  private static let trimming = 0.05

  /// Takes the value and the sampling variance of each point; by default only large values stand out.
  public init(_ values: [Double], variances: [Double], form: TrimmedFit.Form, isTwoSided: Bool = false) {
    precondition(values.count == variances.count, "a variance for each value")
    self.values = values
    self.variances = variances
    self.form = form
    self.isTwoSided = isTwoSided
    let distances = TrimmedFit(values, form: form).residuals
    self.distances = distances
    let sizes = isTwoSided ? distances.map(abs) : distances
    let order = values.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    self.order = order
    // From the last on, so that nothing is taken away from a sum.
    let moments = Moments(form)
    var rest = Rest()
    var rests: [Rest] = []
    for point in order.reversed() {
      rest.add(moments.predictor(point), distances[point], variance: variances[point])
      rests.append(rest)
    }
    self.rests = rests.reversed()
    trimmedCount = (steps(.none).lastIndex { $0.probability <= Outliers.trimming } ?? -1) + 1
  }

  // MARK: Spread

  /// The variance of the points that are no outliers over that of sampling, with its degrees of freedom; nil with too
  /// few points.
  public var spread: (ratio: Double, degrees: Int)? {
    let first = trimmedCount
    guard first < rests.count else { return nil }
    let moments = Moments(form)
    let degrees = rests[first].count - moments.parameters
    return degrees > 0 ? (rests[first].ratio(moments), degrees) : nil
  }

  /// What each point should be by those that are no outliers, itself included among them.
  public var expected: [Double] {
    let moments = Moments(form)
    let first = trimmedCount
    guard first < rests.count else { return values.map { _ in .nan } }
    let rest = rests[first]
    return values.indices.map { values[$0] - distances[$0] + rest.fit(at: moments.predictor($0), moments) }
  }

  // MARK: Tests

  /// The probability for each point that as many points, or more, lie so far out when none is an outlier.
  public func probabilities(_ prior: SpreadPrior) -> [Double] {
    var probabilities = values.map { _ in rests.count > Outliers.fewestDegrees ? 1.0 : .nan }
    var smallest = 1.0
    for (place, step) in steps(prior).enumerated().reversed() {
      smallest = min(smallest, step.probability)
      probabilities[order[place]] = smallest
    }
    return probabilities
  }

  /// The deviation of each point from what those follow that are no outliers, in standard deviations: the studentized
  /// residual.
  public func scores(_ prior: SpreadPrior) -> [Double] {
    let moments = Moments(form)
    let first = trimmedCount
    guard first < rests.count else { return values.map { _ in .nan } }
    let isOut = Set(order[..<first])
    return values.indices.map { point in
      let rest =
        isOut.contains(point)
        ? rests[first]
        : rests[first].without(moments.predictor(point), distances[point], variance: variances[point])
      return test(point, rest, moments, prior)?.score ?? .nan
    }
  }

  /// Each point alone against all others: what they expect of it, its deviation in standard deviations, and the
  /// probability of that deviation.
  public func alone(_ prior: SpreadPrior) -> [(expected: Double, score: Double, probability: Double)] {
    let moments = Moments(form)
    guard let all = rests.first else { return [] }
    return values.indices.map { point in
      let others = all.without(moments.predictor(point), distances[point], variance: variances[point])
      guard let tested = test(point, others, moments, prior) else { return (.nan, .nan, .nan) }
      let expected = values[point] - distances[point] + others.fit(at: moments.predictor(point), moments)
      return (expected, tested.score, tested.probability)
    }
  }

  private func steps(_ prior: SpreadPrior) -> [(score: Double, probability: Double)] {
    let moments = Moments(form)
    var found: [(score: Double, probability: Double)] = []
    for place in 0..<values.count / 2 {
      guard let tested = test(order[place], rests[place + 1], moments, prior) else { break }
      found.append((tested.score, min(1, Double(values.count - place) * tested.probability)))
    }
    return found
  }

  /// nil where the rest is too small to test against.
  private func test(
    _ point: Int, _ rest: Rest, _ moments: Moments, _ prior: SpreadPrior
  ) -> (score: Double, probability: Double)? {
    let degrees = rest.count - moments.parameters
    guard degrees >= Outliers.fewestDegrees else { return nil }
    let moderated = prior.moderated(rest.ratio(moments), degrees: degrees)
    let place = moments.predictor(point)
    let sampling = rest.variance / Double(rest.count)
    // What points spread beyond sampling, with the sampling of this point and of what the rest gives.
    let variance =
      (moderated.ratio - 1) * sampling + variances[point] + rest.leverage(at: place, moments) * moderated.ratio
      * sampling
    let score = (distances[point] - rest.fit(at: place, moments)) / variance.squareRoot()
    let tail = TailProbability.student(isTwoSided ? abs(score) : score, degrees: moderated.degrees)
    return (score, min(1, isTwoSided ? 2 * tail : tail))
  }
}

/// How many parameters a form has, and where the predictor is centred.
private struct Moments {
  let parameters: Int
  let hasIntercept: Bool
  private let predictors: [Double]?
  private let center: Double

  init(_ form: TrimmedFit.Form) {
    switch form {
    case .constant: (parameters, hasIntercept, predictors, center) = (1, true, nil, 0)
    case .line(let values): (parameters, hasIntercept, predictors, center) = (2, true, values, values.mean)
    case .lineThroughOrigin(let values): (parameters, hasIntercept, predictors, center) = (1, false, values, 0)
    }
  }

  func predictor(_ point: Int) -> Double { predictors.map { $0[point] - center } ?? 0 }
}

/// Sums over some points, of predictors x and distances y.
private struct Rest: Sendable {
  private(set) var count = 0
  private(set) var variance = 0.0
  private var (x, y, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0)

  mutating func add(_ predictor: Double, _ distance: Double, variance: Double) {
    count += 1
    self.variance += variance
    x += predictor
    y += distance
    xx += predictor * predictor
    xy += predictor * distance
    yy += distance * distance
  }

  func without(_ predictor: Double, _ distance: Double, variance: Double) -> Rest {
    var rest = self
    rest.count -= 1
    rest.variance -= variance
    rest.x -= predictor
    rest.y -= distance
    rest.xx -= predictor * predictor
    rest.xy -= predictor * distance
    rest.yy -= distance * distance
    return rest
  }

  private func line(_ moments: Moments) -> (slope: Double, center: Double, mean: Double, squares: Double) {
    guard moments.hasIntercept else { return (xx > 0 ? xy / xx : 0, 0, 0, xx) }
    let count = Double(self.count)
    let squares = max(0, xx - x * x / count)
    let slope = squares > 1e-12 * xx ? (xy - x * y / count) / squares : 0
    return (slope, x / count, y / count, squares)
  }

  func fit(at predictor: Double, _ moments: Moments) -> Double {
    let line = line(moments)
    return line.mean + line.slope * (predictor - line.center)
  }

  func leverage(at predictor: Double, _ moments: Moments) -> Double {
    let line = line(moments)
    let offset = predictor - line.center
    return (moments.hasIntercept ? 1 / Double(count) : 0) + (line.squares > 0 ? offset * offset / line.squares : 0)
  }

  /// Variance about what the points follow, over their mean variance by sampling.
  func ratio(_ moments: Moments) -> Double {
    let line = line(moments)
    let squares = moments.hasIntercept ? yy - y * y / Double(count) : yy
    let products = moments.hasIntercept ? xy - x * y / Double(count) : xy
    let rest = max(0, squares - line.slope * products)
    return rest / Double(max(1, count - moments.parameters)) / (variance / Double(count))
  }
}

import Basics

/// Rows in classes by the cosine with the mean direction of each class: spherical k-means (Dhillon and Modha 2001,
/// Mach. Learn. 42, 143–175) from seeded centres that are far apart (k-means++; Arthur and Vassilvitskii 2007, for
/// angles Endo and Miyamoto 2015).
///
/// It differs from `KMeans` in more than the distance: rows have weights and may be sparse, each first centre is one
/// draw instead of the best of several, and steps end when hardly a row changes its class.
public struct SphericalKMeans: Sendable {
  /// How many classes there are.
  public let classCount: Int
  /// Unit vectors, `[dimension, class]`.
  private var centres: [Double]
  /// The class of each row.
  public private(set) var classes: [Int32]
  /// The cosine of each row with the centre of its class.
  public private(set) var similarities: [Double]
  /// The weighted sum of the similarities, which is made as large as can be.
  public private(set) var objective: Double

  private static let roundLimit = 100

  /// Takes the best of `starts` runs; `weights` are those of the rows, above 0.
  public init(_ rows: UnitRows, weights: [Double], classCount: Int, starts: Int, seed: UInt64) {
    precondition(starts > 0, "at least one run")
    self.init(rows, weights: weights, classCount: classCount, start: 0, seed: seed)
    for start in 1..<starts {
      let other = SphericalKMeans(rows, weights: weights, classCount: classCount, start: start, seed: seed)
      if other.objective > objective { self = other }
    }
  }

  /// Makes one run, that with the number `start`.
  public init(_ rows: UnitRows, weights: [Double], classCount: Int, start: Int, seed: UInt64) {
    precondition(classCount > 0 && classCount <= rows.count && weights.count == rows.count, "rows enough, and weights")
    self.classCount = classCount
    centres = Array(repeating: 0, count: rows.dimension * classCount)
    classes = Array(repeating: -1, count: rows.count)
    similarities = Array(repeating: 0, count: rows.count)
    objective = -.infinity
    var random = RandomStream(seed: seed, stream: .sphericalCentres, index: start)
    spread(rows, weights: weights, random: &random)
    for _ in 0..<SphericalKMeans.roundLimit {
      // The last few rows go to and fro for long, and change next to nothing.
      guard assign(rows, weights: weights) > rows.count / 1000 else { break }
      move(rows, weights: weights)
    }
  }

  /// The class whose centre is nearest to a row, the first among equals, and the cosine with it.
  public func nearest(_ rows: UnitRows, row: Int) -> (class: Int, similarity: Double) {
    var cosines = Array(repeating: 0.0, count: classCount)
    SphericalKMeans.dot(rows, row, with: centres, into: &cosines)
    var best = 0
    for place in 1..<classCount where cosines[place] > cosines[best] { best = place }
    return (best, cosines[best])
  }

  /// The same classes in another order: `order` lists the present numbers.
  public func renumbered(_ order: [Int]) -> SphericalKMeans {
    precondition(order.sorted() == Array(0..<classCount), "every class once")
    var copy = self
    var places = Array(repeating: Int32(0), count: classCount)
    for (new, old) in order.enumerated() { places[old] = Int32(new) }
    copy.classes = classes.map { places[Int($0)] }
    copy.centres = centres.indices.map { centres[$0 / classCount * classCount + order[$0 % classCount]] }
    return copy
  }

  // MARK: Private

  /// Chooses rows as centres, each with a chance that grows with its distance from those before it.
  private mutating func spread(_ rows: UnitRows, weights: [Double], random: inout RandomStream) {
    var distances = Array(repeating: 1.0, count: rows.count)
    var direction = Array(repeating: 0.0, count: rows.dimension)
    for place in 0..<classCount {
      let chosen = SphericalKMeans.draw(zip(weights, distances).map { $0 * $1 }, random: &random)
      rows.forEachEntry(of: chosen) { direction[$0] = $1 }
      for row in 0..<rows.count {
        var cosine = 0.0
        rows.forEachEntry(of: row) { cosine += direction[$0] * $1 }
        distances[row] = max(0, min(place == 0 ? .infinity : distances[row], 1 - cosine))
      }
      rows.forEachEntry(of: chosen) { entry, value in
        centres[entry * classCount + place] = value
        direction[entry] = 0
      }
    }
  }

  /// A place with a probability in proportion to its share; the first if all are zero.
  private static func draw(_ shares: [Double], random: inout RandomStream) -> Int {
    let total = shares.reduce(0, +)
    var rest = total * (Double(random.below(1 << 31)) + 0.5) / Double(1 << 31)
    for (place, share) in shares.enumerated() where share > 0 {
      rest -= share
      if rest <= 0 { return place }
    }
    return shares.lastIndex { $0 > 0 } ?? 0
  }

  /// Gives each row its nearest centre, and counts the rows that change their class.
  private mutating func assign(_ rows: UnitRows, weights: [Double]) -> Int {
    var moved = 0
    objective = 0
    var cosines = Array(repeating: 0.0, count: classCount)
    for row in 0..<rows.count {
      for place in 0..<classCount { cosines[place] = 0 }
      SphericalKMeans.dot(rows, row, with: centres, into: &cosines)
      var best = 0
      for place in 1..<classCount where cosines[place] > cosines[best] { best = place }
      moved += classes[row] == best ? 0 : 1
      classes[row] = Int32(best)
      similarities[row] = cosines[best]
      objective += weights[row] * cosines[best]
    }
    return moved
  }

  /// Moves each centre to the mean direction of its rows; one without rows goes to the row that is worst off.
  private mutating func move(_ rows: UnitRows, weights: [Double]) {
    var counts = Array(repeating: 0, count: classCount)
    for place in centres.indices { centres[place] = 0 }
    for row in 0..<rows.count {
      let place = Int(classes[row])
      counts[place] += 1
      rows.forEachEntry(of: row) { centres[$0 * classCount + place] += weights[row] * $1 }
    }
    for place in 0..<classCount where counts[place] == 0 {
      guard let worst = similarities.indices.min(by: { similarities[$0] < similarities[$1] }) else { continue }
      rows.forEachEntry(of: worst) { centres[$0 * classCount + place] = $1 }
      similarities[worst] = 1
    }
    var squares = Array(repeating: 0.0, count: classCount)
    for (place, value) in centres.enumerated() { squares[place % classCount] += value * value }
    let scales = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    for place in centres.indices { centres[place] *= scales[place % classCount] }
  }

  /// Adds the products of a row with columns, `[dimension, class]`, to `sums`, `[class]`.
  private static func dot(_ rows: UnitRows, _ row: Int, with columns: [Double], into sums: inout [Double]) {
    let classCount = sums.count
    columns.withUnsafeBufferPointer { columns in
      sums.withUnsafeMutableBufferPointer { sums in
        rows.forEachEntry(of: row) { entry, value in
          let start = entry * classCount
          for place in 0..<classCount { sums[place] += value * columns[start + place] }
        }
      }
    }
  }
}

extension SphericalKMeans {
  /// The mean silhouette of the rows, each counting once (Rousseeuw 1987, J. Comput. Appl. Math. 20, 53–65), by the
  /// distance 1 − cosine. From the sums of classes, so its time grows with the number of rows and not with its square.
  public func silhouette(_ rows: UnitRows) -> Double {
    SphericalKMeans.silhouette(rows, classes: classes, classCount: classCount)
  }

  /// The mean silhouette of rows in given classes.
  public static func silhouette(_ rows: UnitRows, classes: [Int32], classCount: Int) -> Double {
    var counts = Array(repeating: 0.0, count: classCount)
    var sums = Array(repeating: 0.0, count: rows.dimension * classCount)
    for row in 0..<rows.count {
      let place = Int(classes[row])
      counts[place] += 1
      rows.forEachEntry(of: row) { sums[$0 * classCount + place] += $1 }
    }
    var total = 0.0
    for row in 0..<rows.count {
      var cosines = Array(repeating: 0.0, count: classCount)
      SphericalKMeans.dot(rows, row, with: sums, into: &cosines)
      let own = Int(classes[row])
      guard counts[own] > 1 else { continue }
      // The row itself is among its class, at no distance.
      let inside = (counts[own] - cosines[own]) / (counts[own] - 1)
      var outside = Double.infinity
      for place in 0..<classCount where place != own && counts[place] > 0 {
        outside = min(outside, 1 - cosines[place] / counts[place])
      }
      let larger = max(inside, outside)
      // Both are zero, but for rounding, where equal rows are in two classes.
      if outside.isFinite, larger > 1e-12 { total += (outside - inside) / larger }
    }
    return total / Double(rows.count)
  }
}

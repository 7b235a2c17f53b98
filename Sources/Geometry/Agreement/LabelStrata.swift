import Basics

/// Points among which labels may be permuted: all that have one, or only those of like rates.
struct LabelStrata: Sendable {
  /// Points that have labels, `[strata, points]`.
  let points: [[Int]]

  /// Rates that are like: as many neighbours in their order as this, and all of equal rates.
  private static let least = 32

  /// Points whose labels are below 0 keep them. `rates` are those of the points; nil: all points are alike.
  init(_ labels: [Int32], rates: [Int]?) {
    let known = labels.indices.filter { labels[$0] >= 0 }
    guard let rates else {
      points = [known]
      return
    }
    precondition(rates.count == labels.count, "a rate for each point")
    var strata: [[Int]] = []
    for point in known.sorted(by: { (rates[$0], $0) < (rates[$1], $1) }) {
      if let last = strata.last, let other = last.last, last.count < LabelStrata.least || rates[other] == rates[point] {
        strata[strata.count - 1].append(point)
      } else {
        strata.append([point])
      }
    }
    // Too few are left at the end to be a stratum of their own.
    if strata.count > 1, let last = strata.last, last.count < LabelStrata.least {
      strata.removeLast()
      strata[strata.count - 1] += last
    }
    points = strata
  }

  /// The labels in a random order in each stratum.
  func dealt(_ labels: [Int32], _ random: inout RandomStream) -> [Int32] {
    var dealt = labels
    for own in points {
      for (place, other) in random.permutation(own.count).enumerated() { dealt[own[place]] = labels[own[other]] }
    }
    return dealt
  }
}

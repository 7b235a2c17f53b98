import Foundation

/// How many points two divisions into classes have in common, class by class; points with a label below 0 in either are
/// left out.
public struct ContingencyTable: Sendable {
  /// Points that have a class in both.
  public let count: Int
  /// Points of each class, the classes in the order of their labels.
  public let leftCounts: [Int]
  /// Points of each class of the other division, in the order of its labels.
  public let rightCounts: [Int]
  /// Points of each pair of classes that has some.
  let cells: [(left: Int32, right: Int32, count: Int)]

  /// Labels may be any numbers of at least 0: memory grows with the points, not with the product of the classes.
  public init(_ left: [Int32], _ right: [Int32]) {
    precondition(left.count == right.count, "two labels of each point")
    let both = left.indices.filter { left[$0] >= 0 && right[$0] >= 0 }
    count = both.count
    let (first, leftCounts) = ContingencyTable.compact(both.map { left[$0] })
    let (second, rightCounts) = ContingencyTable.compact(both.map { right[$0] })
    self.leftCounts = leftCounts
    self.rightCounts = rightCounts
    cells = ContingencyTable.cells(first, leftCounts.count, second, rightCounts.count)
  }

  // MARK: Agreement

  /// From 1 where both divide alike down to about 0 where they have nothing to do with each other; below 0 by chance.
  ///
  /// (I − E I) / (½ (H₁ + H₂) − E I) with the expectation over all divisions into classes of these sizes (Vinh, Epps &
  /// Bailey 2010, J. Mach. Learn. Res. 11, 2837–2854, with the arithmetic mean). 1 where neither divides the points, 0
  /// where one of them does not.
  public var adjustedMutualInformation: Double {
    adjusted(mutualInformation, expected: expectedMutualInformation)
  }

  /// From 1 down to about 0 by chance, and below: pairs of points that are together in both or in neither (Hubert &
  /// Arabie 1985, J. Classif. 2, 193–218).
  public var adjustedRandIndex: Double {
    func pairs(_ counts: some Sequence<Int>) -> Double { counts.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 } }
    let (together, left, right) = (pairs(cells.map(\.count)), pairs(leftCounts), pairs(rightCounts))
    guard together < left || together < right else { return 1 }
    let expected = left * right / (Double(count) * Double(count - 1) / 2)
    return (together - expected) / ((left + right) / 2 - expected)
  }

  /// The adjusted mutual information and the adjusted Rand index. The expected information may be known: it is the same
  /// for all tables of these classes' sizes.
  func agreement(expectedInformation: Double) -> [Double] {
    [adjusted(mutualInformation, expected: expectedInformation), adjustedRandIndex]
  }

  /// The mutual information of the two divisions, in nats.
  public var mutualInformation: Double {
    cells.reduce(0) { sum, cell in
      sum + term(cell.count, of: leftCounts[Int(cell.left)], rightCounts[Int(cell.right)])
    }
  }

  // MARK: Chance

  /// What `mutualInformation` would be on average if labels were permuted at random, in nats; exact.
  ///
  /// A cell is then hypergeometric. Its probabilities come from their ratios on both sides of the likeliest value and
  /// are made to sum to 1, so that no rounding of a large factorial enters.
  public var expectedMutualInformation: Double {
    let (left, right) = (ContingencyTable.tally(leftCounts), ContingencyTable.tally(rightCounts))
    return left.reduce(0) { sum, row in
      sum + right.reduce(0) { $0 + Double(row.classes * $1.classes) * expectedTerm(row.size, $1.size) }
    }
  }

  /// Takes the expectation as known: it and the entropies are the same for all permutations of the labels.
  func adjusted(_ information: Double, expected: Double) -> Double {
    guard leftCounts.count > 1 || rightCounts.count > 1 else { return 1 }
    guard leftCounts.count > 1 && rightCounts.count > 1 else { return 0 }
    // Where every point is a class of its own all three are equal, and two divisions alike.
    func settled(_ difference: Double) -> Double {
      abs(difference) < .ulpOfOne ? (difference < 0 ? -.ulpOfOne : .ulpOfOne) : difference
    }
    let mean = (entropy(leftCounts) + entropy(rightCounts)) / 2
    return settled(information - expected) / settled(mean - expected)
  }

  // MARK: Private

  private func entropy(_ counts: [Int]) -> Double {
    counts.reduce(0) { $0 - Double($1) / Double(count) * log(Double($1) / Double(count)) }
  }

  private func term(_ cell: Int, of left: Int, _ right: Int) -> Double {
    let share = Double(cell) / Double(count)
    return share * (log(share) - log(Double(left) / Double(count)) - log(Double(right) / Double(count)))
  }

  private func expectedTerm(_ left: Int, _ right: Int) -> Double {
    let values = max(0, left + right - count)...min(left, right)
    let likeliest = (left + 1) * (right + 1) / (count + 2)
    var (weights, sum) = (0.0, 0.0)
    /// Goes on from the likeliest value until nothing is left, with the weight of each value from that before.
    func add(_ places: some Sequence<Int>, _ ratio: (Int) -> Double) {
      var weight = 1.0
      for value in places {
        if value != likeliest { weight *= ratio(value) }
        guard weight > 1e-20 else { return }
        guard value != likeliest || weights == 0 else { continue }
        weights += weight
        if value > 0 { sum += weight * term(value, of: left, right) }
      }
    }
    func rise(_ value: Int) -> Double {
      Double(left - value + 1) * Double(right - value + 1) / (Double(value) * Double(count - left - right + value))
    }
    add(likeliest...values.upperBound, rise)
    add((values.lowerBound...likeliest).reversed()) { 1 / rise($0 + 1) }
    return sum / weights
  }

  /// How many classes there are of each size.
  private static func tally(_ counts: [Int]) -> [(size: Int, classes: Int)] {
    Dictionary(grouping: counts, by: { $0 }).map { (size: $0.key, classes: $0.value.count) }.sorted {
      $0.size < $1.size
    }
  }

  /// Labels numbered from 0 in their order, and how many there are of each.
  private static func compact(_ labels: [Int32]) -> (labels: [Int32], counts: [Int]) {
    let most = Int(labels.max() ?? 0)
    guard most <= 4 * labels.count else {
      // A table of all labels up to the largest would be too large.
      let known = Set(labels).sorted()
      let numbers = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, Int32($0)) })
      return compact(labels.map { numbers[$0, default: 0] })
    }
    var counts = Array(repeating: 0, count: most + 1)
    for label in labels { counts[Int(label)] += 1 }
    var (numbers, next) = (Array(repeating: Int32(0), count: most + 1), Int32(0))
    for label in counts.indices where counts[label] > 0 {
      numbers[label] = next
      next += 1
    }
    return (labels.map { numbers[Int($0)] }, counts.filter { $0 > 0 })
  }

  /// The pairs of classes that have points in common, from labels and numbers of classes.
  private static func cells(
    _ left: [Int32], _ height: Int, _ right: [Int32], _ width: Int
  ) -> [(left: Int32, right: Int32, count: Int)] {
    if height * width <= 4 * left.count {
      var counts = Array(repeating: 0, count: height * width)
      for (first, second) in zip(left, right) { counts[Int(first) * width + Int(second)] += 1 }
      return counts.indices.filter { counts[$0] > 0 }.map { (Int32($0 / width), Int32($0 % width), counts[$0]) }
    }
    let keys = zip(left, right).map { Int($0) * width + Int($1) }.sorted()
    let starts = keys.indices.filter { $0 == 0 || keys[$0 - 1] != keys[$0] }
    return zip(starts, starts.dropFirst() + [keys.count]).map { start, end in
      (Int32(keys[start] / width), Int32(keys[start] % width), end - start)
    }
  }
}

import Basics
import Foundation

/// The information that classes on the inputs of a task have about each other, and mutations' combinations about them,
/// in nats times the number of mutations that are counted.
struct ClassInformation {
  /// The class of each mutation on each input, `[input][mutation]`; −1 where it is silent.
  private var labels: [[Int32]]
  /// Numbers of the mutations' combinations, from 0.
  private let combinations: [Int32]
  /// Mutations that are not silent on each input.
  private let speaking: [[Int32]]
  /// n ln n of whole numbers.
  private let terms: [Double]

  init(_ labels: [[Int32]], combinations: [Int32]) {
    self.labels = labels
    let known = Set(combinations).sorted()
    let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, Int32($0)) })
    self.combinations = combinations.map { places[$0] ?? 0 }
    speaking = labels.map { labels in labels.indices.filter { labels[$0] >= 0 }.map(Int32.init) }
    terms = (0...combinations.count).map { $0 > 1 ? Double($0) * log(Double($0)) : 0 }
  }

  /// The same with the classes of each input permuted among the mutations that are not silent on it.
  func permuted(_ random: inout RandomStream) -> ClassInformation {
    var copy = self
    for input in labels.indices {
      let places = speaking[input]
      for place in stride(from: places.count - 1, to: 0, by: -1) {
        copy.labels[input].swapAt(Int(places[place]), Int(places[random.below(place + 1)]))
      }
    }
    return copy
  }

  /// Summed over pairs of inputs, the information that the classes on both share; summed over inputs, that which class
  /// and combination share.
  var values: [Double] {
    [
      pairs.reduce(0) { $0 + tables(labels[$1.0], labels[$1.1]).shared },
      labels.reduce(0) { $0 + tables($1, combinations).shared },
    ]
  }

  /// The largest that these can be: for a pair of inputs the mean of the entropies of both, for an input the entropy of
  /// its classes.
  var most: [Double] {
    [
      pairs.reduce(0) { sum, pair in
        let tables = tables(labels[pair.0], labels[pair.1])
        return sum + (tables.first + tables.second) / 2
      },
      labels.reduce(0) { $0 + tables($1, combinations).first },
    ]
  }

  private var pairs: [(Int, Int)] {
    labels.indices.flatMap { first in labels.indices.filter { $0 > first }.map { (first, $0) } }
  }

  /// The entropies of two labels of the mutations that have both, and what they share.
  private func tables(_ first: [Int32], _ second: [Int32]) -> (first: Double, second: Double, shared: Double) {
    let width = Int(second.max() ?? 0) + 1
    let height = Int(first.max() ?? 0) + 1
    guard width > 0, height > 0 else { return (0, 0, 0) }
    var cells = Array(repeating: 0, count: width * height)
    var (rows, columns) = (Array(repeating: 0, count: height), Array(repeating: 0, count: width))
    var count = 0
    for (row, column) in zip(first, second) where row >= 0 && column >= 0 {
      cells[Int(row) * width + Int(column)] += 1
      rows[Int(row)] += 1
      columns[Int(column)] += 1
      count += 1
    }
    func sum(_ counts: [Int]) -> Double { counts.reduce(0) { $0 + terms[$1] } }
    let (all, own, other, both) = (terms[count], sum(rows), sum(columns), sum(cells))
    return (all - own, all - other, all - own - other + both)
  }
}

import LinearAlgebra
import MessagePassing

/// The sets of points that are joined by affinities, directly or through others; the largest first, of equally large
/// ones that with the smallest number first.
public struct Components: Sendable, Equatable {
  /// The component of each point, `[points]`.
  public let labels: [Int32]
  /// Points of each component; 1 for a point that is joined to none.
  public let sizes: [Int]

  /// All points in one.
  public init(oneOf count: Int) {
    labels = Array(repeating: 0, count: count)
    sizes = count > 0 ? [count] : []
  }

  init(_ sets: consuming DisjointSets) {
    let roots = sets.roots
    var sizes = Array(repeating: 0, count: roots.count)
    for root in roots { sizes[Int(root)] += 1 }
    // A root is the smallest number of its set.
    let order = roots.indices.filter { sizes[$0] > 0 }.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    var places = Array(repeating: Int32(0), count: roots.count)
    for (place, root) in order.enumerated() { places[root] = Int32(place) }
    self.sizes = order.map { sizes[$0] }
    labels = roots.map { places[Int($0)] }
  }

  /// Finds the components of an affinity that can only be multiplied: some points spread over all they reach, again and
  /// again, until none is left. A product for each step of the spreading and `blockWidth` components. Collective.
  init(of affinity: some Affinity, sharing: Sharing) throws {
    var sets = DisjointSets(count: affinity.count)
    let degrees = try sharing.product(
      of: affinity, with: DoubleMatrix(rows: affinity.count, columns: 1, repeating: 1))
    // Each point without affinities is a set by itself.
    var left = (0..<affinity.count).filter { degrees.values[$0] > 0 }
    let isolated = affinity.count - left.count
    while !left.isEmpty {
      let seeds = Array(left.prefix(affinity.blockWidth))
      var block = DoubleMatrix(rows: affinity.count, columns: seeds.count)
      for (column, seed) in seeds.enumerated() { block[seed, column] = 1 }
      var spreads = true
      while spreads && sets.count > 1 + isolated {
        spreads = false
        let reached = try sharing.product(of: affinity, with: block)
        for place in block.values.indices where reached.values[place] > 0 && block.values[place] == 0 {
          block.values[place] = 1
          spreads = sets.join(place / seeds.count, seeds[place % seeds.count]) || spreads
        }
      }
      let roots = sets.roots
      let found = Set(seeds.map { roots[$0] })
      left.removeAll { found.contains(roots[$0]) }
    }
    self.init(sets)
  }
}

/// Sets of numbers that are joined step by step (Tarjan 1975, J. ACM 22, 215).
struct DisjointSets {
  private(set) var count: Int
  private var parents: [Int32]

  /// Each number in a set of its own.
  init(count: Int) {
    self.count = count
    parents = (0..<Int32(count)).map { $0 }
  }

  /// Whether they were apart.
  @discardableResult mutating func join(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (root(of: left), root(of: right))
    guard left != right else { return false }
    parents[max(left, right)] = Int32(min(left, right))
    count -= 1
    return true
  }

  /// The smallest number of the set of each.
  var roots: [Int32] {
    mutating get { parents.indices.map { Int32(root(of: $0)) } }
  }

  private mutating func root(of number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number {
      parents[number] = parents[Int(parents[number])]
      number = Int(parents[number])
    }
    return number
  }
}

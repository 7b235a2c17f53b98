import LinearAlgebra

/// The assignment of items to clusters of a limited size at the least total cost: a transportation problem, solved
/// exactly.
///
/// Items come in one after the other, each along the cheapest path: it goes into a cluster, if need be one of this
/// cluster's items goes into another, and so on up to a cluster with room. Clusters have prices such that every item is
/// where cost plus price is least, so that paths are found by Dijkstra's algorithm, as in the Hungarian method (Edmonds
/// and Karp 1972, J. ACM 19, 248–264; Jonker and Volgenant 1987, Computing 38, 325–340). Paths go over clusters and not
/// over items: for n items and k clusters it takes some n k² + n² steps, and k² numbers besides the costs.
package struct BalancedAssignment {
  /// The cluster of each item, `[items]`.
  package private(set) var labels: [Int32]
  private let costs: DoubleMatrix
  private let capacity: Int
  private let clusterCount: Int
  private var members: [[Int]]
  /// What full clusters cost besides; 0 where there is room.
  private var prices: [Double]
  /// What the cheapest move of an item from one cluster to another adds to the costs, `[from · clusters + to]`.
  private var moveCosts: [Double]
  /// The item of that move.
  private var movers: [Int]
  /// Room for the distances of clusters from the item that comes in, and for the cluster before each on its path.
  private var distances: [Double]
  private var parents: [Int]
  private var isSettled: [Bool]

  /// Assigns items with these costs, `[items, clusters]`, to clusters of at most `capacity` items.
  package init(costs: DoubleMatrix, capacity: Int) {
    precondition(capacity > 0 && costs.columns * capacity >= costs.rows, "there is room for all items")
    self.costs = costs
    self.capacity = capacity
    clusterCount = costs.columns
    labels = Array(repeating: -1, count: costs.rows)
    members = Array(repeating: [], count: clusterCount)
    prices = Array(repeating: 0, count: clusterCount)
    moveCosts = Array(repeating: .infinity, count: clusterCount * clusterCount)
    movers = Array(repeating: -1, count: clusterCount * clusterCount)
    distances = prices
    parents = Array(repeating: -1, count: clusterCount)
    isSettled = Array(repeating: false, count: clusterCount)
    for item in 0..<costs.rows { insert(item) }
  }

  // MARK: Coming in

  private mutating func insert(_ item: Int) {
    for cluster in 0..<clusterCount {
      distances[cluster] = costs.values[item * clusterCount + cluster] + prices[cluster]
      parents[cluster] = -1
      isSettled[cluster] = false
    }
    let target = nearestWithRoom()
    let reach = distances[target]
    for cluster in 0..<clusterCount where isSettled[cluster] { prices[cluster] += reach - distances[cluster] }
    // From the end of the path on, so that the moves before it are still what they were.
    var open = target
    while parents[open] >= 0 {
      let giver = parents[open]
      let mover = movers[giver * clusterCount + open]
      members[giver].removeAll { $0 == mover }
      put(mover, into: open)
      open = giver
    }
    put(item, into: open)
  }

  /// Settles clusters in the order of their distances up to the first that has room.
  private mutating func nearestWithRoom() -> Int {
    while true {
      var (nearest, least) = (-1, Double.infinity)
      for cluster in 0..<clusterCount where !isSettled[cluster] && distances[cluster] < least {
        (nearest, least) = (cluster, distances[cluster])
      }
      precondition(nearest >= 0, "costs are numbers")
      if members[nearest].count < capacity { return nearest }
      isSettled[nearest] = true
      let start = nearest * clusterCount
      for other in 0..<clusterCount where !isSettled[other] {
        let distance = least + moveCosts[start + other] + prices[other] - prices[nearest]
        if distance < distances[other] { (distances[other], parents[other]) = (distance, nearest) }
      }
    }
  }

  private mutating func put(_ item: Int, into cluster: Int) {
    labels[item] = Int32(cluster)
    members[cluster].append(item)
    findMoves(from: cluster)
  }

  /// Finds the cheapest move out of a cluster to every other one anew.
  private mutating func findMoves(from cluster: Int) {
    let start = cluster * clusterCount
    for other in 0..<clusterCount { moveCosts[start + other] = .infinity }
    for member in members[cluster] {
      let row = member * clusterCount
      let own = costs.values[row + cluster]
      for other in 0..<clusterCount {
        let cost = costs.values[row + other] - own
        if cost < moveCosts[start + other] { (moveCosts[start + other], movers[start + other]) = (cost, member) }
      }
    }
  }
}

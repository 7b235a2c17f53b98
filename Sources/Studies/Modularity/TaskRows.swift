import Basics

/// How many rows each task has. Rows are numbered task by task.
package struct TaskRows: Equatable, Sendable {
  /// The rows of each task, `[task]`.
  package let sizes: [Int]

  /// Tasks of so many rows.
  package init(sizes: [Int]) { self.sizes = sizes }

  /// The number of all rows.
  var count: Int { sizes.reduce(0, +) }

  /// The rows of each task.
  package var own: [[Int]] { dealt(Array(0..<count)) }

  /// Rows in the order in which they are dealt to tasks, as many to each as it has: pseudo-tasks.
  func dealt(_ order: [Int]) -> [[Int]] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return Array(order[start..<start + size])
    }
  }

  /// The pseudo-tasks of a deal, in the order of the digests of `SEED:DEAL:WHAT:row`.
  package func dealt(seed: Int, deal: Int = 0, what: String = "row") -> [[Int]] {
    dealt(PortableRandom.order(count) { "\(seed):\(deal):\(what):\($0)" })
  }
}

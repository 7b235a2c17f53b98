/// How the inputs of two screens go together.
public struct InputJoin: Sendable {
  /// What inputs are joined by.
  public enum Basis: String, Sendable {
    /// Both screens have the same inputs, which are compared one by one.
    case inputs
    /// Both have inputs of the same tasks.
    case tasks
    /// The screens have no task in common.
    case none
  }

  /// An input as it is joined: its id, its prompt and its task.
  struct Key {
    let id: String
    let prompt: String
    let task: String

    /// The prompt; images have none, and go by their ids.
    var word: String { prompt.isEmpty ? "id \(id)" : "prompt \(prompt)" }
  }

  /// Inputs of both screens that may change places where nothing has changed, by their numbers.
  struct Stratum {
    let first: [Int]
    let second: [Int]

    /// What it weighs: Mantel and Haenszel's weight of a comparison of so many with so many.
    var weight: Double { Double(first.count * second.count) / Double(first.count + second.count) }
  }

  /// What they are joined by.
  public let basis: Basis
  /// Inputs that both screens have, compared one by one or not.
  public let sharedCount: Int
  /// The inputs of each screen.
  public let counts: (first: Int, second: Int)
  let strata: [Stratum]

  /// Joins inputs one by one where at least half of those of the smaller screen are in both, else by their tasks, else
  /// all with all.
  init(_ first: [Key], _ second: [Key]) {
    counts = (first.count, second.count)
    var places = Dictionary(grouping: second.indices) { second[$0].word }.mapValues { Array($0.reversed()) }
    let pairs = first.indices.compactMap { input in
      places[first[input].word]?.popLast().map { Stratum(first: [input], second: [$0]) }
    }
    sharedCount = pairs.count
    guard 2 * pairs.count < min(first.count, second.count) || pairs.isEmpty else {
      (basis, strata) = (.inputs, pairs)
      return
    }
    var tasks: [String] = []
    for key in first where !tasks.contains(key.task) { tasks.append(key.task) }
    let common = tasks.map { task in
      Stratum(
        first: first.indices.filter { first[$0].task == task },
        second: second.indices.filter { second[$0].task == task })
    }.filter { !$0.second.isEmpty }
    basis = common.isEmpty ? .none : .tasks
    strata = common.isEmpty ? [Stratum(first: Array(first.indices), second: Array(second.indices))] : common
  }

  private init(
    basis: Basis, sharedCount: Int, counts: (first: Int, second: Int), strata: [Stratum]
  ) {
    (self.basis, self.sharedCount, self.counts, self.strata) = (basis, sharedCount, counts, strata)
  }

  /// The inputs of each screen that are compared.
  public var used: (first: Int, second: Int) {
    (strata.reduce(0) { $0 + $1.first.count }, strata.reduce(0) { $0 + $1.second.count })
  }

  /// The smallest two-sided probability that exchanging inputs between the screens can give.
  public var leastProbability: Double {
    // One over the number of ways to choose the first screen's inputs among those of both.
    let ways = strata.reduce(1.0) { product, stratum in
      let (own, all) = (stratum.first.count, stratum.first.count + stratum.second.count)
      return (0..<own).reduce(product) { $0 * Double(all - $1) / Double(own - $1) }
    }
    return min(1, 2 / ways)
  }

  /// The weight of each input of a screen, which sum to 1; 0 for one that is not compared.
  func weights(_ side: KeyPath<Stratum, [Int]>, count: Int) -> [Double] {
    var weights = Array(repeating: 0.0, count: count)
    let all = strata.reduce(0) { $0 + $1.weight }
    for stratum in strata {
      let inputs = stratum[keyPath: side]
      for input in inputs { weights[input] = stratum.weight / (all * Double(inputs.count)) }
    }
    return weights
  }

  /// The screens the other way round.
  var mirrored: InputJoin {
    InputJoin(
      basis: basis, sharedCount: sharedCount, counts: (counts.second, counts.first),
      strata: strata.map { Stratum(first: $0.second, second: $0.first) })
  }
}

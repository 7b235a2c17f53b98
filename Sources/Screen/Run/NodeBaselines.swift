import Foundation
import MessagePassing
import Perturbations
import Transformer

/// The baselines of all inputs, which the ranks of a node compute together and hold once.
///
/// Every product gives a row the same numbers whatever rows are computed with it, so it does not matter which rank
/// computes which input. A rank alone on its node holds them in memory of its own.
public struct NodeBaselines {
  /// The baselines in the order of the inputs; of no use after `free()`.
  public let baselines: [Baseline]
  /// What drives constant regions on them; nil unless it was asked for.
  public let drive: InputSums?
  private let node: Communicator
  private let memory: NodeMemory?

  /// Computes the baselines of `prompts`, each rank of a node those of some, at most about `rows` positions at a time.
  ///
  /// Memory: the node's, once; while computing, each rank besides about twice the keys and values of `rows` positions
  /// and a panel of that many rows. Collective; where baselines are unusable all ranks throw the first of them.
  /// `driveColumns`: columns of the blocks of which the drive is wanted.
  public init(
    prompts: [Prompt], generation: Generation, keepingStores: Bool, rows: Int = 4096, driveColumns: Int? = nil,
    communicator: Communicator
  ) throws {
    let node = try communicator.splitByNode()
    let counts = prompts.map(generation.pass.shape.embedding.rowCount)
    let offsets = counts.reduce(into: [0]) { offsets, count in
      let byteCount = Baseline.byteCount(promptCount: count, generation: generation, keepingStore: keepingStores)
      offsets.append(offsets[offsets.count - 1] + byteCount)
    }
    // Making the memory is collective, so it is done outside what the ranks agree about.
    let attempt = Result { node.size > 1 ? try NodeMemory(byteCount: offsets[prompts.count], node: node) : nil }
    let memory = try communicator.agree { try attempt.get() }

    let own = NodeBaselines.deal(counts.map { $0 + generation.stepCount }, ranks: node.size)[node.rank]
    let sums = driveColumns.map {
      InputSummation(shape: generation.pass.shape, blockColumns: $0)
    }
    var computed: [Baseline] = []
    var unusable: UnusableBaseline?
    try communicator.agree {
      do {
        try Baseline.make(
          prompts: own.map { prompts[$0] }, inputs: own, generation: generation, keepingStores: keepingStores,
          rows: rows,
          drive: sums
        ) { baseline in
          if let memory { baseline.copy(to: memory.base + offsets[baseline.input]) } else { computed.append(baseline) }
        }
      } catch let found as UnusableBaseline {
        unusable = found
      }
    }
    if let first = try unusable.first(communicator) {
      try memory?.free()
      try node.free()
      throw first
    }
    try memory?.synchronize()
    if let memory {
      computed = prompts.indices.map {
        Baseline(
          input: $0, prompt: prompts[$0], generation: generation, at: memory.base + offsets[$0], owner: memory)
      }
    }
    if let sums, node.size > 1 { sums.parts = try node.allReduce(sums.parts, .sum) }
    drive = sums?.drive
    baselines = computed
    self.node = node
    self.memory = memory
  }

  /// Gives back the memory under the baselines, which nobody may use after. Collective.
  public func free() throws {
    try memory?.free()
    try node.free()
  }

  /// The inputs of each rank, ascending: the longest goes first, each to the rank that has the least so far.
  package static func deal(_ lengths: [Int], ranks: Int) -> [[Int]] {
    var parts = Array(repeating: [Int](), count: ranks)
    var loads = Array(repeating: 0, count: ranks)
    for input in lengths.indices.sorted(by: { (lengths[$0], $1) > (lengths[$1], $0) }) {
      let rank = loads.indices.min { loads[$0] < loads[$1] } ?? 0
      parts[rank].append(input)
      loads[rank] += lengths[input]
    }
    return parts.map { $0.sorted() }
  }
}

extension UnusableBaseline? {
  /// The unusable baseline of the first input among what the ranks have found, on every rank; nil if none has found
  /// any. Collective.
  fileprivate func first(_ communicator: Communicator) throws -> UnusableBaseline? {
    let own = try map { try JSONEncoder().encode($0) } ?? Data()
    return try communicator.allGather(Array(own)).filter { !$0.isEmpty }
      .map { try JSONDecoder().decode(UnusableBaseline.self, from: Data($0)) }
      .min { $0.input < $1.input }
  }
}

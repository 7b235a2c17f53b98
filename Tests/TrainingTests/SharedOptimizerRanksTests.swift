import MessagePassing
import Testing
import TestSupport
import Training

/// Steps of several ranks beside those of one, bit for bit.
@Suite(.serialized) struct SharedOptimizerRanksTests {
  private static let layout = ParameterLayout([("a", 9, 5), ("m", 6, 4), ("b", 1, 7)], whole: ["m"])

  /// Takes steps with gradients that depend on the shard, the step and the parameters alone.
  private func train(_ optimizer: SharedOptimizer, steps: Range<Int>) throws {
    for step in steps {
      for shard in optimizer.ownShards {
        let numbers = TensorWriter.numbers(Self.layout.count, seed: UInt64(step * 10 + shard))
        let gradient = optimizer.gradient(ofShard: shard)
        for tensor in Self.layout.tensors {
          for place in tensor.range {
            gradient.all[place] = numbers[place] + 0.1 * optimizer.parameters.all[place]
          }
        }
      }
      try optimizer.update(rate: 0.05, clip: 3)
    }
  }

  private func optimizer(_ sharing: Sharing) -> SharedOptimizer {
    let optimizer = SharedOptimizer(ParameterValues(Self.layout), shards: 5, sharing: sharing) {
      $0.isWhole ? .muon(Muon()) : .adam(Adam(weightDecay: 0.1))
    }
    optimizer.parameters.take(TensorWriter.numbers(Self.layout.count, seed: 3))
    return optimizer
  }

  @Test func anyNumberOfRanksTakesTheSameSteps() throws {
    try World.run { (world) throws in
      let alone = optimizer(Sharing())
      try train(alone, steps: 0..<6)
      let shared = optimizer(Sharing(world))
      try train(shared, steps: 0..<6)
      #expect(shared.parameters.numbers == alone.parameters.numbers)
      #expect(try shared.state() == alone.state() && alone.parameters.numbers.allSatisfy(\.isFinite))
    }
  }

  @Test func aStateIsGoneOnFrom() throws {
    try World.run { (world) throws in
      let whole = optimizer(Sharing(world))
      try train(whole, steps: 0..<6)
      let first = optimizer(Sharing(world))
      try train(first, steps: 0..<3)
      let bytes = try first.state().bytes + [7, 8]
      let read = try #require(OptimizerState.read(bytes, count: Self.layout.count))
      #expect(Array(read.rest) == [7, 8] && read.state.step == 3)
      #expect(OptimizerState.read(bytes, count: Self.layout.count + 16) == nil)
      #expect(OptimizerState.read(Array(bytes.prefix(100)), count: Self.layout.count) == nil)
      let second = optimizer(Sharing(world))
      second.restore(read.state)
      try train(second, steps: 3..<6)
      #expect(second.parameters.numbers == whole.parameters.numbers)
    }
  }
}

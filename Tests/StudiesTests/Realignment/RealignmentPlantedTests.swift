import Archive
import Studies
import Testing
import TestSupport

/// An index that is planted is what strength follows, and the control says what put it there.
///
/// Additions have a price, so that a network uses the indices at which a little does much.
struct RealignmentPlantedTests {
  private typealias Bench = RealignmentBench

  @Test func anOutlierDimensionIsFollowedAndIsLostWhenWeightsAreShuffled() throws {
    let found = try Bench.found(.outlier, "penalty: 0.001")
    let indices = try found.counts("common_index", "host")
    #expect(indices[0] == Bench.planted && indices[1] != Bench.planted, "\(found.findings)")
    #expect(try found.counts("common_first", "host")[0] == 3)
    #expect(try found.numbers("common_p", "host")[0] <= 0.01)
    let said = try #require(found.findings.last)
    #expect(said.hasPrefix("Index 7 stands out in all styles: "), "\(said)")
    #expect(said.contains("it is the greatest of all by the length of the embedding's column ("), "\(said)")
    #expect(said.contains("the mean magnitude of the stream ("), "\(said)")
    #expect(said.contains("it does not come first by what the control keeps"), "\(said)")
  }

  @Test func anIndexOfGainsAloneComesFirstInTheShuffledHostToo() throws {
    let found = try Bench.found(.gains, "penalty: 0.01")
    #expect(try found.counts("common_index", "host") == [Bench.planted, Bench.planted], "\(found.findings)")
    let said = try #require(found.findings.last)
    #expect(said.contains("the greatest of all by the gain of the final norm (20.0 times the median)"), "\(said)")
    // How far beyond chance it is there hangs on a few steps of training.
    #expect(said.contains("In the shuffled host the same index "), "\(said)")
    #expect(!said.contains("it does not come first"), "\(said)")
  }

  /// Additions stand at the layers named, and a training ends three steps behind its least loss of held-out rows.
  @Test func layersAndPatienceAreKept() throws {
    let found = try Bench.found(.outlier, "layers: [0, 2], controls: none, patience: 3")
    #expect(try found.coordinates("layer") == [0, 2])
    #expect(try found.numbers("addition", "network", "layer", "index").count == 3 * 2 * Bench.hidden)
    let taken = try found.counts("steps_taken", "network")
    let losses = try found.numbers("loss_of_batch", "network", "step")
    let held = try found.numbers("held_loss_of_step", "network", "watched_step")
    for (network, count) in taken.enumerated() {
      let own = Array(held[network * 80..<network * 80 + count])
      let least = own.indices.min { own[$0] < own[$1] } ?? 0
      let steps = losses[network * 80..<(network + 1) * 80]
      #expect(steps.prefix(count).count { $0.isFinite } == count)
      #expect(steps.dropFirst(count).count { $0.isNaN } == 80 - count)
      #expect(count == 80 || own.count - 1 - least == 3, "\(own)")
    }
    #expect(taken.contains { $0 < 80 }, "\(taken)")
  }
}

import Screen
import Testing

/// The estimates of what comes before the first unit and behind the last one.
@Suite struct StartAndGatheringTests {
  @Test func secondsAreThoseOfReadingComputingAndWriting() {
    var gathering = GatheringEstimate(bytes: 120e6, unitCount: 40)
    gathering.collectiveSeconds = 0
    // 25 GB at 12.5 GB/s, and half of the baselines each; then 20 files opened and 60 MB through each of two ranks at 1
    // GB/s, and 60 MB at 60 MB/s.
    #expect(StartEstimate(weightBytes: 25e9, baselineSeconds: 6, weightPasses: 0).seconds(ranks: 2) == 5)
    #expect(abs(gathering.seconds(ranks: 2) - (20 * 1e-3 + 60e6 / 1e9 + 1)) < 1e-12)
    #expect(StartEstimate(weightBytes: 1e9, baselineSeconds: 3, weightPasses: 32).seconds(ranks: 64) > 10)
  }
}

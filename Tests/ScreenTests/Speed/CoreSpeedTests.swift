import Screen
import Testing

@Suite struct CoreSpeedTests {
  /// Tries of 10 ms, each slowed down by what else runs: never, or by up to `most` times in `share` of all tries.
  private func speed(most: Double, share: Double, seed: UInt64, limit: Int = 2000) -> (speed: CoreSpeed, tries: Int) {
    var (state, tries) = (seed, 0)
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 0x1p53
    }
    let speed = CoreSpeed(operations: 1e9) {
      guard tries < limit else { return nil }
      tries += 1
      let slowing = random() < share ? 1 + (most - 1) * random() : 1
      return 0.010 * slowing * (1 + 0.005 * random())
    }
    return (speed, tries)
  }

  @Test func aBusyMachineHasTheSameSpeed() {
    let idle = speed(most: 1, share: 0, seed: 1)
    #expect(idle.speed.isSteady && idle.tries == 256)
    for seed in UInt64(2)..<30 {
      let busy = speed(most: 4, share: 0.9, seed: seed).speed
      #expect(busy.isSteady)
      #expect(abs(busy.operationsPerSecond / idle.speed.operationsPerSecond - 1) < 0.04)
    }
  }

  @Test func tellsThatItIsUnsure() {
    let (speed, tries) = speed(most: 1000, share: 1, seed: 5, limit: 200)
    #expect(!speed.isSteady && tries == 200)
    #expect(speed.operationsPerSecond > 0)
    let none = CoreSpeed(operations: 1) { nil }
    #expect(!none.isSteady && none.operationsPerSecond == 0)
  }
}

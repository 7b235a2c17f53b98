import Archive
import Testing

/// Which layers a screen lacks, and the sentence that tells them.
struct AbsentLayersTests {
  @Test(arguments: [
    ([1], 4, [0...0, 2...3], "Layers 0 and 2–3 of 4 were not screened."),
    ([1, 0], 3, [2...2], "Layer 2 of 3 was not screened."),
    ([3, 1, 3], 5, [0...0, 2...2, 4...4], "Layers 0, 2 and 4 of 5 were not screened."),
    ([], 2, [0...1], "Layers 0–1 of 2 were not screened."),
  ]) func theyAreTold(_ screened: [Int], _ count: Int, _ runs: [ClosedRange<Int>], _ sentence: String) {
    let absent = AbsentLayers(screened: screened, of: count)
    #expect(absent.runs == runs && absent.sentence == sentence)
  }

  @Test func ofAWholeModelNothingIsSaid() { #expect(AbsentLayers(screened: [1, 0], of: 2).sentence == nil) }

  @Test func manyAreCounted() {
    let absent = AbsentLayers(screened: (0..<40).map { 2 * $0 }, of: 80)
    #expect(absent.runs.count == 40 && absent.sentence == "40 of 80 layers were not screened.")
  }

  /// A damaged file can claim any number of layers.
  @Test func manyTakeNoRoom() {
    let absent = AbsentLayers(screened: [7], of: .max)
    #expect(absent.runs.count == 2)
    #expect(AbsentLayers(screened: [7], of: 3).runs == [0...2])
  }
}

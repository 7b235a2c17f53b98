import Geometry
import Testing

struct CofiringBlocksTests {
  @Test func blocksAreMeansOfPhi() {
    let planted = PlantedLobes(lobes: 3, features: 60, seed: 6)
    let record = planted.record
    func phi(_ left: Int, _ right: Int) -> Double {
      FiringMeasure.phi.value(
        both: Set(record[feature: left]).intersection(record[feature: right]).count, first: record.counts[left],
        second: record.counts[right], documents: record.documentCount)
    }
    let whole = CofiringBlocks(record, labels: planted.functional)
    #expect(whole.sizes == Array(repeating: 1, count: 60) && whole.lobes == whole.lobes.sorted())
    let order = (0..<60).sorted { (planted.functional[$0], $0) < (planted.functional[$1], $1) }
    for row in 0..<60 {
      for column in 0..<60 {
        #expect(
          row == column
            ? whole.values[row, column].isNaN
            : abs(whole.values[row, column] - phi(order[row], order[column])) < 1e-12)
      }
    }
    var labels = planted.functional
    labels[0] = -1
    let binned = CofiringBlocks(record, labels: labels, limit: 7)
    #expect(binned.sizes.count <= 7 && binned.sizes.reduce(0, +) == 59 && Set(binned.lobes) == [0, 1, 2])
    let kept = order.filter { labels[$0] >= 0 }
    let (first, second) = (kept.prefix(binned.sizes[0]), kept.suffix(binned.sizes[binned.sizes.count - 1]))
    let mean = first.flatMap { one in second.map { phi(one, $0) } }.reduce(0, +) / Double(first.count * second.count)
    #expect(abs(binned.values[0, binned.sizes.count - 1] - mean) < 1e-12)
    let inside = first.flatMap { one in first.filter { $0 != one }.map { phi(one, $0) } }
    #expect(abs(binned.values[0, 0] - inside.reduce(0, +) / Double(inside.count)) < 1e-12)
  }
}

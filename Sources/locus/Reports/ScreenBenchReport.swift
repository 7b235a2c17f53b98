import Basics
import Foundation
import Screen

/// The figures of a screen's bench.
struct ScreenBenchReport: BenchReport, Codable {
  let instructionSet: String
  let blas: String
  /// Operations per second of one thread of the slowest rank: fused multiply-adds at most, and a product of 1024³ by
  /// the kernel that screens use and by BLAS.
  let peak: Double
  let product: Double
  let blasProduct: Double
  /// Nil on ranks other than the first.
  let products: ProductTable?
  let mutationCount: Int
  let inputCount: Int
  let naiveMutationsPerSecond: Double?
  /// Nil on ranks other than the first, and of models that write no text.
  let decoding: DecodingSpeed?
  /// For each repetition, one run for each number of ranks.
  let runs: [[ScreenBench.Timing]]

  // MARK: Words

  var text: String {
    ([machine] + productLines + decodingLines + ["", screen] + screenLines).joined(separator: "\n")
  }

  private func gigaflops(_ speed: Double) -> String { String(format: "%.0f", speed / 1e9) }

  private var machine: String {
    """
    machine   \(instructionSet) kernels, BLAS for \(blas); GFLOP/s of a core, of the slowest rank: \(gigaflops(peak)) \
    in fused multiply-adds at most, \(gigaflops(product)) in a product of 1024³, \(gigaflops(blasProduct)) by BLAS
    """
  }

  private var productLines: [String] {
    guard let products else { return [] }
    var table = TextTable(
      [("GFLOP/s, own / BLAS", .left), ("outputs", .right), ("inputs", .right)]
        + ProductTable.rowCounts.map { ($0 == 1 ? "1 row" : "\($0) rows", TextTable.Alignment.right) })
    for line in products.lines {
      let speeds = zip(line.own, line.blas).map { "\(gigaflops($0)) / \(gigaflops($1))" }
      table.add([line.matrices.joined(separator: " "), line.outputs.grouped, line.inputs.grouped] + speeds)
    }
    return table.lines
  }

  private var decodingLines: [String] {
    guard let decoding else { return [] }
    let (weights, read) = (decoding.weightBytesPerSecond, decoding.readBytesPerSecond)
    return [
      "",
      """
      decoding  one sequence, greedily: \(String(format: "%.1f", decoding.tokensPerSecond)) tokens/s of a core, \
      \(String(format: "%.1f", weights / 1e9)) GB/s of weights; a plain read of as many bytes: \
      \(String(format: "%.1f", read / 1e9)) GB/s
      """,
    ]
  }

  private var screen: String {
    let first = runs.first?.first
    let naive = naiveMutationsPerSecond.map { String(format: "%.2f", $0) } ?? "?"
    return """
      screen    \(mutationCount.grouped) mutations × \(inputCount) inputs; all verdicts without savings \
      \(Quantity.operations(first?.operationsNeeded ?? 0)), done were \
      \(Quantity.operations(first?.operationsDone ?? 0)); medians of \(runs.count); the naive way, every mutant's text \
      one after another: \(naive) mutations/s a core
      """
  }

  private var screenLines: [String] {
    var table = TextTable([
      ("ranks", .right), ("in all", .right), ("units", .right), ("mutations/s", .right), ("a core's second", .right),
      ("GFLOP/s a rank", .right), ("of the peak", .right), ("needed only", .right), ("products", .right),
      ("attention", .right), ("the rest", .right), ("journal", .right), ("speed-up", .right),
      ("by processor time", .right), ("memory a rank", .right),
    ])
    for index in runs.first?.indices ?? 0..<0 {
      let timings = runs.map { $0[index] }
      let one = runs.map { $0[0] }
      func middle(_ value: (ScreenBench.Timing) -> Double) -> Double { median(timings.map(value)) }
      let speed = middle { $0.operationsDone / $0.processorSeconds }
      let needed = middle { min($0.operationsDone, $0.operationsNeeded) / $0.processorSeconds }
      let products = middle { $0.productSeconds / $0.processorSeconds }
      let attention = middle { $0.attentionSeconds / $0.processorSeconds }
      table.add([
        String(timings[0].ranks), String(format: "%.2f s", middle(\.seconds)),
        String(format: "%.2f s", middle(\.unitSeconds)), String(format: "%.1f", middle(\.mutationsPerSecond)),
        String(format: "%.1f", median(timings.map { Double(mutationCount) / $0.processorSeconds })),
        String(format: "%.1f", speed / 1e9), Quantity.percent(speed / peak), Quantity.percent(needed / peak),
        Quantity.percent(products), Quantity.percent(attention), Quantity.percent(1 - products - attention),
        String(format: "%.2f %%", 100 * middle { $0.journalSeconds / (Double($0.ranks) * $0.unitSeconds) }),
        String(format: "%.2f", median(zip(one, timings).map { $0.unitSeconds / $1.unitSeconds })),
        String(
          format: "%.2f",
          median(zip(one, timings).map { Double($1.ranks) * $0.processorSeconds / $1.processorSeconds })),
        Quantity.bytes(timings[0].residentBytesPerRank),
      ])
    }
    return table.lines
  }
}

/// On how many inputs each mutation leaves hardly anything of the baseline's words: maps at several thresholds.
public struct SeverityMap: Sendable {
  /// Cosines below which a continuation counts.
  public static let thresholds = [0.75, 0.5, 0.25, 0.1]

  /// Inputs with a cosine below each threshold, `[mutation, threshold]`, 255 for any more.
  public let inputs: [UInt8]

  /// Averages severity over the mutants of each region.
  public init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    let count = SeverityMap.thresholds.count
    var inputs = Array(repeating: UInt8(0), count: tables.mutations.count * count)
    for mutation in 0..<tables.mutations.count {
      for number in tables.continuations.numbers(ofMutation: mutation) where number >= 0 {
        let cosine = measures.cosines[Int(number)]
        for (place, threshold) in SeverityMap.thresholds.enumerated() where cosine < threshold {
          let cell = mutation * count + place
          inputs[cell] = inputs[cell] < 255 ? inputs[cell] + 1 : 255
        }
      }
    }
    self.inputs = inputs
  }
}

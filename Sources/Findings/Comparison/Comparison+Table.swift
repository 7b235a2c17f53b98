import Archive
import Foundation

extension Comparison {
  /// A row for each region as CSV, with names of columns above.
  public func csv() throws -> String {
    let table = GroupTable(of: group, over: ["region"], format: .csv)
    var bytes = table.header
    try table.forEachSlab { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The columns of all regions.
  var group: AnalysisGroup {
    let (one, entries) = (["region"], changes.entries)
    func numbers(_ name: String, _ meaning: String, _ value: (RegionChange) -> Double) -> AnalysisGroup.Variable {
      .init(name, one, meaning, .numbers(entries.map(value)))
    }
    let verdicts = [
      numbers("first_share", "share of non-silent verdicts in A", \.first),
      numbers("second_share", "share of non-silent verdicts in B", \.second),
      numbers("difference", "share in A less share in B", \.difference),
      numbers("expected_difference", "difference that the shift of matrix and layer makes", \.expected),
      numbers("p_value", "two-sided probability of a difference so far from the expected one", \.probability),
      numbers("adjusted_p_value", "smallest false discovery rate of a finding", \.adjusted),
      .init("is_finding", one, "whether its verdicts changed beyond the shift", .truths(entries.map(\.isFinding))),
    ]
    func divergence(_ value: @escaping (DivergenceChange) -> Double) -> (RegionChange) -> Double {
      { $0.divergence.map(value) ?? .nan }
    }
    let divergences = [
      numbers("first_divergence", "mean divergence in A, nat", divergence(\.first)),
      numbers("second_divergence", "mean divergence in B, nat", divergence(\.second)),
      numbers(
        "divergence_ratio", "how many times as large in A, beyond the shift of matrix and layer",
        divergence { exp($0.logRatio) }),
      numbers("divergence_p_value", "two-sided probability of that", divergence(\.probability)),
      numbers("divergence_adjusted_p_value", "smallest false discovery rate of a finding", divergence(\.adjusted)),
    ]
    let regions = entries.map(\.region)
    return AnalysisGroup(
      name: "comparison", comment: "", dimensions: [.init("region", length: entries.count)],
      variables: RegionPlace.variables(of: regions, over: one) + RegionPlace.sizes(of: regions, over: one)
        + [.init("kinds", one, "kinds of mutation that both screens have", .counts(entries.map(\.kindCount)))]
        + verdicts + (changes.divergenceTestCount > 0 ? divergences : []))
  }
}

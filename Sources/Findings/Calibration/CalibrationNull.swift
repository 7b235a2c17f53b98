/// A way to permute a screen that keeps much of it, and makes findings on the rest false.
public enum CalibrationNull: String, CaseIterable, Encodable, Sendable {
  /// Within each input, all that was recorded of a verdict is permuted together over all mutations.
  ///
  /// Keeps what each input is sensitive to as a whole, and what its verdicts look like; any tie to mutations is gone,
  /// and with it any tie of verdicts of one mutation to each other.
  case cells
  /// Whole phenotypes, on all inputs, are permuted among the mutations of the same layer, matrix and kind.
  ///
  /// Keeps layers, matrices and kinds, tasks and what inputs share; ties to places within the matrix are gone.
  case phenotypes

  /// Whether every finding about this is false in a screen so permuted.
  public func breaks(_ subject: FindingFamily.Subject) -> Bool {
    switch subject {
    case .places: true
    case .mutations: self == .cells
    case .texts: false
    }
  }
}

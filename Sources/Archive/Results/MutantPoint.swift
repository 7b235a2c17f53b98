import Transformer

/// What of a mutant makes it a point: how it moves the residual stream at its end, averaged over inputs and steps.
public enum MutantPoint: String, CaseIterable, Sendable {
  /// What later blocks answer to the mutation: the direction less the mutation's own shift where it enters the residual
  /// stream.
  case response
  /// All of the shift, the mutation's own with it.
  case direction

  /// The matrices whose rows are components of the residual stream, to which a constant region adds at its rows.
  public static let writers: [WeightMatrix] = [.o, .down]
}

extension ResultsFile {
  /// The points of some mutants, `[rows, component]`; nil where the file does not have them.
  public func points(_ point: MutantPoint, _ rows: Range<Int>) throws -> [Float]? {
    switch point {
    case .response: try recordedValues(\.response, rows)
    case .direction: try recordedValues(\.direction, rows)
    }
  }
}

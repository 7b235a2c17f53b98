import LinearAlgebra
import Transformer

/// Applies the mutations of each mutant to its own rows while many run together: those that are decoded, and the second
/// mutations of pairs.
final class MutantHook: Hook {
  /// A mutation of a mutant.
  struct Own {
    let correction: any Correction
    /// Whether the product is computed anew in any case.
    let isAnew: Bool
  }

  /// The mutations of each span of rows.
  private let mutants: [[Own]]
  private let pass: ForwardPass
  /// The products of the mutated matrices, by layer.
  private let places: [Int: Set<Place>]
  /// The residual stream before the mutated product is added to it.
  private var stream: Matrix?

  init(_ mutants: [[Own]], pass: ForwardPass) {
    self.mutants = mutants
    self.pass = pass
    places = mutants.joined().reduce(into: [:]) { places, own in
      places[own.correction.region.layer, default: []].insert(.product(own.correction.region.matrix))
    }
  }

  func places(ofLayer layer: Int) -> Set<Place> { places[layer] ?? [] }

  func expect(_ visit: Visit) { stream = Matrix(copying: visit.values.reading) }

  func visit(_ visit: Visit) {
    guard case .product(let matrix) = visit.place, let input = visit.input else { return }
    precondition(visit.ranges.count == mutants.count, "the mutations of each span")
    for (own, rows) in zip(mutants, visit.ranges) {
      let here = own.filter { $0.correction.region.layer == visit.layer && $0.correction.region.matrix == matrix }
      guard !here.isEmpty else { continue }
      let (input, output) = (input[rows: rows], visit.values[rows: rows])
      if here.count == 1, !here[0].isAnew {
        let correction = here[0].correction
        correction.add(input: input, to: output, pass: pass)
        let width = width(of: correction, output)
        guard correction.isFelt(input: input, output: output.reading, width: width) else { continue }
      }
      here.map(\.correction).compute(
        input: input, into: output, stream: stream?[rows: rows].reading, pass: pass)
    }
    stream = nil
  }

  /// The columns that are measured together: heads of queries, keys and values, otherwise all.
  private func width(of correction: any Correction, _ output: MutableMatrixView) -> Int {
    let path = pass.shape.blocks[correction.region.layer].path(of: correction.region.matrix)
    return path.attention?.step.headSize ?? output.columns
  }
}

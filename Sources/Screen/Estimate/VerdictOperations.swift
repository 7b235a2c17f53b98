import Perturbations
import Transformer

/// The operations of a plan's verdicts by matrix, layer and part.
public struct VerdictOperations: Sendable {
  /// Operations of all verdicts.
  public let total: Operations
  /// Operations by matrix with the numbers of their mutations, in canonical order.
  public let byMatrix: [(matrix: WeightMatrix, mutationCount: Int, operations: Operations)]
  /// Operations by layer with the numbers of their mutations, ascending; of matrices of no layer there are none.
  public let byLayer: [(layer: Int, mutationCount: Int, operations: Operations)]

  /// Takes the operations of each unit of a plan.
  init(_ units: [Operations], plan: UnitPlan) {
    var matrices: [WeightMatrix: (Int, Operations)] = [:]
    var layers: [Int: (Int, Operations)] = [:]
    for (unit, operations) in zip(plan.units, units) {
      let region = plan.mutation(at: unit.positions.lowerBound).region
      let count = unit.positions.count
      matrices[region.matrix, default: (0, Operations())].0 += count
      matrices[region.matrix, default: (0, Operations())].1 += operations
      guard !region.matrix.isOuter else { continue }
      layers[region.layer, default: (0, Operations())].0 += count
      layers[region.layer, default: (0, Operations())].1 += operations
    }
    total = units.reduce(Operations(), +)
    byMatrix = WeightMatrix.allCases.compactMap { matrix in matrices[matrix].map { (matrix, $0.0, $0.1) } }
    byLayer = layers.sorted { $0.key < $1.key }.map { ($0.key, $0.value.0, $0.value.1) }
  }
}

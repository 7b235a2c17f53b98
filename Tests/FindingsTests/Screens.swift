import Findings
import Perturbations
import Transformer

/// Mutations and verdicts that tests make up.
enum Screens {
  /// All mutations of one matrix of `rows` × `columns` elements, in canonical order.
  static func mutations(
    layer: Int = 0, matrix: WeightMatrix, rows: Int, columns: Int, region: Int, kinds: [Kind] = Kind.usual
  ) -> [Mutation] {
    var mutations: [Mutation] = []
    for row in stride(from: 0, to: rows, by: region) {
      for column in stride(from: 0, to: columns, by: region) {
        let place = Region(
          layer: layer, matrix: matrix, rows: row..<min(row + region, rows),
          columns: column..<min(column + region, columns))
        mutations += kinds.map { Mutation(region: place, kind: $0) }
      }
    }
    return mutations
  }

  /// The counts of a screen with one verdict a mutation and input, non-silent where `isNonSilent` says so.
  static func counts(
    _ mutations: [Mutation], tasks: [String] = ["story"], divergence: [Float]? = nil, values: [Float]? = nil,
    isNonSilent: (Mutation, Int) -> Bool
  ) throws -> ScreenCounts {
    var counts = ScreenCounts(taskOfInput: tasks, source: "test.h5")
    let firstChange = mutations.flatMap { mutation in
      tasks.indices.map { isNonSilent(mutation, $0) ? Int16(3) : -1 }
    }
    try counts.add(
      VerdictSlab(
        mutations: mutations, inputCount: tasks.count, firstChange: firstChange, divergence: divergence,
        values: values))
    return counts
  }
}

import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// Kinds that say what line new weights are on make just these.
struct WeightLineTests {
  @Test func newWeightsAreOnTheLine() throws {
    let model = try Demo().model
    let weight = model.layers[1][.up].weight
    var parameters = KindParameters()
    for kind in Kind.ofWeights where kind.hasParameter { parameters[kind] = 0.25 }
    let mutator = try RegionMutator(weight: weight, kinds: Kind.ofWeights, parameters: parameters, seed: 3)
    let region = Region(layer: 1, matrix: .up, rows: 7..<12, columns: 100..<117)
    let old = Matrix(rows: region.rows.count, columns: region.columns.count)
    weight.widen(rows: region.rows, columns: region.columns, into: old.view.base)
    var lines: [Kind] = []
    for kind in Kind.ofWeights {
      guard let line = mutator.line(of: kind) else { continue }
      lines.append(kind)
      let difference = mutator.difference(Mutation(region: region, kind: kind))
      for row in 0..<old.rows {
        for column in 0..<old.columns {
          let weight = old.view[row, column]
          let expected = line.constant + line.factor * weight - weight
          #expect(abs(difference.view[row, column] - expected) <= 1e-6 * max(1, abs(expected)), "\(kind)")
        }
      }
    }
    #expect(lines == [.maximum, .minimum, .zero, .negate, .scale, .mean])
  }
}

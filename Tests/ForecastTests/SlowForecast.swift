import Basics
import Foundation
import LinearAlgebra
import Perturbations
import Screen
import Transformer

/// The predictors by their definitions: a gradient of every weight for each scalar, and sums in double precision over
/// each region, one mutation after the other.
struct SlowForecast {
  /// What is foretold of a mutation on an input.
  struct Numbers {
    var divergence = 0.0
    var margin = -Double.infinity
    var lossChange = 0.0
  }

  let screen: PreparedScreen
  private let tape: ForwardTape
  private var model: Model { screen.model }

  init(_ screen: PreparedScreen) {
    self.screen = screen
    let pass = ForwardPass(model: screen.model, positionCount: 64)
    tape = ForwardTape(pass: pass, capacity: 64)
  }

  /// What is foretold of all mutations of the plan on an input, whose continuation is given.
  func numbers(input: Int, continuation: [Int32], longest: Int) throws -> [Numbers] {
    let prompt = screen.inputs[input].tokens
    let (first, steps) = (prompt.count - 1, continuation.count)
    tape.run([prompt + continuation.dropLast()], firstScored: [first])
    let logits = Matrix(rows: steps, columns: model.shape.vocabularyCount)
    tape.logits(ofScored: 0..<steps, into: logits.view)
    let rows = (0..<steps).map { step in (0..<logits.columns).map { Double(logits.view[step, $0]) } }
    let probabilities = rows.map { row in
      let sum = row.reduce(0) { $0 + exp($1) }
      return row.map { exp($0) / sum }
    }
    let changes = try (0..<screen.plan.mutationCount).map { try change(screen.plan.mutation(at: $0)) }
    var numbers = [Numbers](repeating: Numbers(), count: changes.count)

    let probes = screen.configuration.forecast.probeCount
    for probe in 0..<probes {
      let random = MixedStream(seed: screen.configuration.seed, stream: probe)
      let gradient = (0..<steps).map { step -> [Double] in
        let place = (input * longest + first + step) * logits.columns
        let signed = probabilities[step].enumerated().map { token, p in
          random.uniform(place + token) < 0.5 ? -p.squareRoot() : p.squareRoot()
        }
        let sum = signed.reduce(0, +)
        return zip(signed, probabilities[step]).map { $0 - $1 * sum }
      }
      for (place, moved) in moves(changes, gradient).enumerated() { numbers[place].divergence += moved * moved }
    }
    for place in numbers.indices { numbers[place].divergence *= 0.5 / Double(probes) / Double(steps) }

    for step in 0..<steps {
      let best = Int(continuation[step])
      let second = rows[step].indices.filter { $0 != best }.max { rows[step][$0] < rows[step][$1] } ?? 0
      var gradient = rows.map { $0.map { _ in 0.0 } }
      (gradient[step][best], gradient[step][second]) = (1, -1)
      let gap = rows[step][best] - rows[step][second]
      for (place, moved) in moves(changes, gradient).enumerated() {
        numbers[place].margin = max(numbers[place].margin, -moved / gap)
      }
    }
    let loss = (0..<steps).map { step in
      probabilities[step].enumerated().map { ($1 - ($0 == Int(continuation[step]) ? 1 : 0)) / Double(steps) }
    }
    for (place, moved) in moves(changes, loss).enumerated() { numbers[place].lossChange = moved }
    return numbers
  }

  /// What a mutation adds to each weight of its matrix, `[out, in]`.
  private func change(_ mutation: Mutation) throws -> (region: Region, added: [[Double]]) {
    let weight = model.layers[mutation.region.layer][mutation.region.matrix].weight
    let mutator = try RegionMutator(
      weight: weight, kinds: screen.plan.kinds, parameters: screen.plan.parameters, seed: screen.configuration.seed)
    let difference = mutator.difference(mutation)
    return (
      mutation.region,
      (0..<difference.rows).map { row in (0..<difference.columns).map { Double(difference.view[row, $0]) } }
    )
  }

  /// The change of a scalar by each mutation, from the scalar's gradient at the logits, `[step][token]`.
  private func moves(_ changes: [(region: Region, added: [[Double]])], _ gradient: [[Double]]) -> [Double] {
    let shape = model.shape
    let all = (0..<shape.layerCount).flatMap { layer in
      shape.matrices.map { Parameter.matrix($0, layer: layer) }
    }
    let sums = ParameterGradients(of: all, shape: shape)
    let reverse = ReversePass(tape, parameters: sums)
    let atLogits = Matrix(rows: gradient.count, columns: shape.vocabularyCount)
    for (step, row) in gradient.enumerated() {
      for (token, value) in row.enumerated() { atLogits.view.row(step)[token] = Float(value) }
    }
    reverse.addGradient(atLogits: atLogits.view.reading, ofScored: 0..<gradient.count)
    reverse.run()
    return changes.map { region, added in
      guard let found = sums[.matrix(region.matrix, layer: region.layer)] else { return .nan }
      var sum = 0.0
      for (place, row) in region.rows.enumerated() {
        for (offset, column) in region.columns.enumerated() {
          sum += added[place][offset] * Double(found.view[row, column])
        }
      }
      return sum
    }
  }
}

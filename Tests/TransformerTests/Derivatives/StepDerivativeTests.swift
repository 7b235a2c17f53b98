import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer
import Weights

/// Every step's pull-back and push-forward against central differences in double precision.
@Suite struct StepDerivativeTests {
  /// What float32 sums of up to a few dozen terms leave, relative to the norm of the result.
  private static let tolerance = 1e-6

  private struct Case {
    let tape: ForwardTape
    let reference: DoubleReference
    let rows: RowSet
    let layer: Int
    var block: Block { reference.shape.blocks[layer] }

    init(_ variant: DerivativeVariant) throws {
      let model = try variant.load()
      tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 32), capacity: 40)
      reference = DoubleReference(model)
      layer = model.shape.layerCount - 1
      tape.run(variant.sequences(model))
      rows = tape.rows
    }

    /// What a step has read.
    func inputs(_ index: Int, _ values: LayerValues) -> [[Double]] { block.reads[index].map { values[$0].doubles } }
  }

  @Test(arguments: DerivativeVariant.all) func gradients(_ variant: DerivativeVariant) throws {
    let test = try Case(variant)
    let values = test.tape.values(ofLayer: test.layer)
    var random = SeededNumbers(seed: 3)
    var worst: [String: Double] = [:]
    for (index, step) in test.block.steps.enumerated() {
      let panel = DerivativePanel(shape: test.reference.shape, capacity: test.rows.count)
      let work = DerivativeWork(
        pass: test.tape.pass, layer: test.layer, rows: test.rows, values: values, panel: panel)
      let output = panel.derivative(step.outputs[0], test.rows.count)
      let given = random.floats(output.rows * output.columns)
      output.fill(given)
      // What later steps have left at an input is added to.
      var before: [Slot: [Float]] = [:]
      for slot in step.inputs where !step.outputs.contains(slot) && !(step is Attention) {
        let rows = panel.derivative(slot, test.rows.count)
        before[slot] = random.floats(rows.rows * rows.columns)
        rows.fill(before[slot] ?? [])
      }
      work.pullBack(index)
      let inputs = test.inputs(index, values)
      for (place, slot) in step.inputs.enumerated() {
        let exact = inputs[place].indices.map { coordinate in
          Double(before[slot]?[coordinate] ?? 0)
            + Central.derivative { change in
              var changed = inputs
              changed[place][coordinate] += change
              let output = test.reference.output(of: index, layer: test.layer, changed, rows: test.rows)
              return zip(output, given).reduce(0) { $0 + $1.0 * Double($1.1) }
            }
        }
        let error = panel.derivative(slot, test.rows.count).reading.doubles.error(from: exact)
        worst["\(type(of: step))"] = max(worst["\(type(of: step))"] ?? 0, error)
        #expect(error < Self.tolerance, "\(step.equation) by \(slot): \(error)")
      }
    }
    #expect(worst.count == Set(test.block.steps.map { "\(type(of: $0))" }).count && worst.count >= 4)
  }

  @Test(arguments: DerivativeVariant.all) func tangents(_ variant: DerivativeVariant) throws {
    let test = try Case(variant)
    let values = test.tape.values(ofLayer: test.layer)
    var random = SeededNumbers(seed: 4)
    for (index, step) in test.block.steps.enumerated() {
      let panel = DerivativePanel(shape: test.reference.shape, capacity: test.rows.count)
      let work = DerivativeWork(
        pass: test.tape.pass, layer: test.layer, rows: test.rows, values: values, panel: panel)
      let tangents = step.inputs.map { slot -> [Float] in
        let rows = panel.derivative(slot, test.rows.count)
        let tangent = random.floats(rows.rows * rows.columns)
        rows.fill(tangent)
        return tangent
      }
      work.pushForward(index)
      let inputs = test.inputs(index, values)
      let exact = Central.derivatives { change in
        let changed = zip(inputs, tangents).map { zip($0, $1).map { $0 + change * Double($1) } }
        return test.reference.output(of: index, layer: test.layer, changed, rows: test.rows)
      }
      let error = panel.derivative(step.outputs[0], test.rows.count).reading.doubles.error(from: exact)
      #expect(error < Self.tolerance, "\(step.equation): \(error)")
    }
  }
}

@Suite(.enabled(if: SharedHosts.isThere, SharedHosts.absence)) struct SharedDerivativeTests {
  /// Families are among the variants of all tests of derivatives.
  @Test func familiesAreThere() throws { for variant in DerivativeVariant.shared { _ = try variant.load() } }
}

/// Models of every kind that the steps know, in every number format.
struct DerivativeVariant: CustomTestStringConvertible, Sendable {
  let name: String
  var order: RowOrder?
  var isShared = false
  var testDescription: String { name + (order.map { " \($0.rawValue)" } ?? "") }

  static let fixtures =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures"

  /// float16 and heads that are wider than the stream, bfloat16, float32; windows; biases; interleaved pairs; angles
  /// that differ between the sequences.
  static let all =
    ["llama-untied", "llama3-rope", "linear-rope", "mistral-window", "qwen2", "llama-bias", "phi3-longrope"]
    .map { DerivativeVariant(name: $0) } + [DerivativeVariant(name: "llama3-rope", order: .interleaved)] + shared

  /// Every other kind of block, where the folder of shared hosts is beside the package: norms around and behind, norms
  /// of heads and of all heads, caps, tensors that are fused or transposed, parts side by side, slopes, other
  /// activations. OPT is left out: central differences step over the kink of its relu, whose slope the kernels' tests
  /// hold.
  static let shared =
    SharedHosts.isThere
    ? ["qwen3", "gemma3", "gemma2", "gpt2", "pythia", "phi3", "olmo2", "gpt-neo", "smollm3", "falcon", "bloom"]
      .map { DerivativeVariant(name: $0, isShared: true) } : []

  func load() throws -> Model {
    let folder = (isShared ? SharedHosts.path : DerivativeVariant.fixtures) + "/" + name
    guard let order else { return try Model.load(path: folder) }
    var decoder = try GatedDecoder.load(path: folder)
    decoder.rowOrder = order
    return try Model(shape: decoder.shape, checkpoint: Checkpoint(path: folder))
  }

  /// Sequences of several lengths, one beyond the window.
  func sequences(_ model: Model) -> [[Int32]] {
    var random = SeededNumbers(seed: 11)
    return [5, 1, 13].map { length in (0..<length).map { _ in Int32(random.below(model.shape.vocabularyCount)) } }
  }
}

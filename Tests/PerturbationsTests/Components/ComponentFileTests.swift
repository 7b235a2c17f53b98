import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// Components that a file gives: a parameter decomposition, a LoRA, and files that do not fit.
@Suite(.serialized) struct ComponentFileTests {
  private typealias Tensor = TensorWriter.Tensor

  private var recording: RecordedColumns {
    var recording = RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true)
    recording.components = true
    return recording
  }

  /// Mutants of the components of a file beside models that are written anew; `component` gives a and v.
  private func compare(
    _ path: String, prompts: [[Int32]], file: String, factor: Float, letters: [Int32],
    component: @escaping (Mutation) -> ([Double], [Double])
  ) throws -> VerdictComparison.Count {
    let model = try Model.load(path: path)
    var bruteForce = BruteForce(
      path: path, original: model, inputs: prompts.enumerated().map { (number: $0.offset, prompt: $0.element) },
      sampling: .greedy, stepCount: 6)
    bruteForce.parameters = BruteForce.parameters(scale: 3, noise: 1)
    bruteForce.component = component
    let source = ComponentSource.file(try ComponentFile(path: file, shape: model.shape), factor: factor, limit: nil)
    let space = ComponentSpace(
      source: source, shape: model.shape, layers: Array(0..<model.shape.layerCount), matrices: model.shape.matrices,
      kinds: [.zero, .scale])
    var comparison = VerdictComparison()
    comparison.letters = letters
    let count = try comparison.compare(
      bruteForce, [UnitPlan(components: space, parameters: bruteForce.parameters)], recording: recording)
    comparison.report("components of a file", count)
    return count
  }

  @Test func decomposition() throws {
    try Places.withTemporaryFolder { folder in
      let demo = try Demo()
      let (rows, columns) = demo.model.shape.shape(of: .down)
      let (u, v) = (TensorWriter.numbers(3 * rows, seed: 1), TensorWriter.numbers(3 * columns, seed: 2))
      let file = folder + "/parts.safetensors"
      try TensorWriter.write(
        file,
        [
          Tensor("model.layers.2.mlp.down_proj.weight.u", [3, rows], u),
          Tensor("model.layers.2.mlp.down_proj.weight.v", [3, columns], v),
        ])
      let count = try compare(
        Demo.modelPath, prompts: Array(demo.oneInputPerTask.prefix(2).map(\.prompt)), file: file, factor: 0.125,
        letters: [261, 70, 300, 90]
      ) { mutation in
        let place = mutation.component ?? 0
        return (
          u[place * rows..<(place + 1) * rows].map { 0.125 * Double($0) },
          v[place * columns..<(place + 1) * columns].map(Double.init)
        )
      }
      #expect(count.mutants == 6 && count.nonSilent > 0)
    }
  }

  /// A LoRA of GPT-2's `c_attn`, which is q, k and v in one, transposed.
  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence)) func lora() throws {
    try Places.withTemporaryFolder { folder in
      let (rank, width) = (2, 32)
      let (b, a) = (TensorWriter.numbers(3 * width * rank, seed: 3), TensorWriter.numbers(rank * width, seed: 4))
      let file = folder + "/adapter_model.safetensors"
      let module = "base_model.model.transformer.h.1.attn.c_attn"
      try TensorWriter.write(
        file,
        [
          Tensor(module + ".lora_A.weight", [rank, width], a), Tensor(module + ".lora_B.weight", [3 * width, rank], b),
        ])
      let count = try compare(
        SharedHosts.path + "/gpt2", prompts: try SharedPrompts.first(2, of: "gpt2"), file: file,
        factor: 2,
        letters: [20, 70, 130, 200]
      ) { mutation in
        let (place, first) = (mutation.component ?? 0, mutation.region.matrix.index * width)
        return (
          (first..<first + width).map { 2 * Double(b[$0 * rank + place]) },
          a[place * width..<(place + 1) * width].map(Double.init)
        )
      }
      #expect(count.mutants == 3 * rank * 2 && count.nonSilent > 0)
    }
  }

  @Test func filesThatDoNotFitAreRefused() throws {
    let shape = try Demo().model.shape
    let q = "model.layers.0.self_attn.q_proj"
    let (rows, columns) = shape.shape(of: .q)
    func tensor(_ name: String, _ sizes: [Int], _ value: Float = 1) -> Tensor {
      Tensor(name, sizes, Array(repeating: value, count: sizes.reduce(1, *)))
    }
    let cases: [([Tensor], [String])] = [
      ([tensor(q + ".u", [1, rows])], ["q_proj.u", "without", "q_proj.v"]),
      (
        [tensor(q + ".u", [1, rows - 1]), tensor(q + ".v", [1, columns])],
        ["q_proj.u", "q of layer 0 takes [components, \(rows)]"]
      ),
      (
        [tensor(q + ".u", [2, rows]), tensor(q + ".v", [1, columns])],
        ["has the shape [2, \(rows)]", "as many in both"]
      ),
      ([tensor(q + ".u", [1, rows]), tensor(q + ".v", [columns])], ["q_proj.v", "takes [components, \(columns)]"]),
      (
        [tensor(q + ".u", [1, rows], .nan), tensor(q + ".v", [1, columns])], ["q_proj.u", "no finite numbers"]
      ),
      (
        [
          tensor("model.layers.9.self_attn.q_proj.u", [1, rows]),
          tensor("model.layers.9.self_attn.q_proj.v", [1, columns]),
        ],
        ["is of no matrix of the model"]
      ),
      (
        [
          tensor(q + ".u", [1, rows]), tensor(q + ".v", [1, columns]), tensor(q + ".lora_A.weight", [1, columns]),
          tensor(q + ".lora_B.weight", [rows, 1]),
        ], ["are of one matrix; keep one"]
      ),
      ([], ["no tensors"]),
    ]
    try Places.withTemporaryFolder { folder in
      for (index, (tensors, words)) in cases.enumerated() {
        let path = folder + "/\(index).safetensors"
        try TensorWriter.write(path, tensors)
        do {
          _ = try ComponentFile(path: path, shape: shape)
          Issue.record("file \(index) is refused")
        } catch let error as PerturbationsError {
          for word in words { #expect("\(error)".contains(word), "\(error)") }
        }
      }
    }
  }
}

import Basics
import Foundation
import LinearAlgebra
import Training
import Weights

/// An autoencoder as a safetensors file: names as in SAELens, activations as they are in the model go in and come out,
/// and decoder rows have length 1.
///
/// The scale is folded in: biases and thresholds are divided by it.
struct AutoencoderTensors {
  private let autoencoder: Autoencoder

  init(_ autoencoder: Autoencoder) { self.autoencoder = autoencoder }

  /// The file, under a name.
  func file(_ name: String) -> StudyFindings.TensorFile {
    let (plan, values) = (autoencoder.plan, autoencoder.parameters)
    let inverse = 1 / autoencoder.scale
    let encoder = values["W_enc"]
    var tensors: [(name: String, shape: [Int], values: [Float])] = [
      (
        "W_enc", [plan.width, plan.featureCount],
        (0..<plan.width).flatMap { place in (0..<plan.featureCount).map { encoder[$0, place] } }
      ),
      ("W_dec", [plan.featureCount, plan.width], Array(values["W_dec"])),
      ("b_enc", [plan.featureCount], Array(values["b_enc"]).map { $0 * inverse }),
      ("b_dec", [plan.width], Array(values["b_dec"]).map { $0 * inverse }),
    ]
    if !autoencoder.thresholds.isEmpty {
      tensors.append(("threshold", [plan.featureCount], autoencoder.thresholds.map { $0 * inverse }))
    }
    return StudyFindings.TensorFile(file: name, tensors: tensors, metadata: metadata)
  }

  private var metadata: [(String, String)] {
    switch autoencoder.plan.sparsity {
    case .topK(let count):
      [("apply_b_dec_to_input", "true"), ("k", "\(count)"), ("kind", "topk")]
    case .relu: [("apply_b_dec_to_input", "true"), ("kind", "relu")]
    case .jumpRelu: [("apply_b_dec_to_input", "true"), ("kind", "jumprelu")]
    }
  }

  /// The gradients of all parameters on the first batch, each autoencoder's names behind its own: `topk-8.W_enc`.
  static func gradients(_ trainings: [AutoencoderTraining], file: String) -> StudyFindings.TensorFile {
    let tensors = trainings.flatMap { training -> [(name: String, shape: [Int], values: [Float])] in
      let plan = training.untrained.plan
      return plan.layout.tensors.map { tensor in
        (
          plan.sparsity.name.replacing(" ", with: "-") + "." + tensor.name, [tensor.rows, tensor.columns],
          Array(training.firstGradient[tensor.range])
        )
      }
    }
    return StudyFindings.TensorFile(file: file, tensors: tensors)
  }
}

extension Array where Element == Float {
  /// The elements of a dense view, row by row.
  init(_ view: MutableMatrixView) {
    self.init(UnsafeBufferPointer(start: view.base, count: view.rows * view.columns))
  }
}

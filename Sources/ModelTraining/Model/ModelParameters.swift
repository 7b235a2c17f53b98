import Basics
import Foundation
import LinearAlgebra
import Training
import Transformer
import Weights

/// All tensors of a model as parameters that learn, under the names that transformers gives them.
public struct ModelParameters: Sendable {
  /// The shape of the model.
  public let shape: HostShape
  /// The places of the tensors. Matrices inside blocks are whole, so that they can be updated together.
  public let layout: ParameterLayout
  /// What each tensor is in the model, in the order of the layout.
  public let parameters: [Parameter]
  private let tensors: [StepTensor]

  /// The standard deviation of matrices before training.
  private static let deviation = 0.02

  /// The tensors of a shape.
  public init(_ shape: HostShape) {
    self.shape = shape
    tensors = Model.tensors(shape)
    parameters =
      [.embedding] + shape.blocks.indices.flatMap { ModelParameters.parameters(of: shape.blocks[$0], layer: $0) }
      + [.finalGain] + (shape.tiedHead ? [] : [.head])
    precondition(parameters.count == tensors.count, "a parameter for each tensor")
    let inner = zip(parameters, tensors).filter { parameter, _ in
      if case .matrix = parameter { true } else { false }
    }
    layout = ParameterLayout(
      zip(parameters, tensors).map { parameter, tensor in
        let size = parameter.size(in: shape)
        precondition(size.rows * size.columns == tensor.elementCount, "\(tensor.name) has its size")
        return (tensor.name, size.rows, size.columns)
      }, whole: Set(inner.map(\.1.name)))
  }

  /// What the tensors of a block are, in the order in which it names them.
  private static func parameters(of block: Block, layer: Int) -> [Parameter] {
    let gains = block.steps.indices.filter { block.steps[$0] is Norm }.map { Parameter.gain(step: $0, layer: layer) }
    let products = block.matrices.flatMap { matrix -> [Parameter] in
      let own = Parameter.matrix(matrix, layer: layer)
      return block.product(of: matrix).step.hasBias ? [own, .bias(matrix, layer: layer)] : [own]
    }
    return gains + products
  }

  /// Whether a tensor is a matrix inside a block.
  public func isInner(_ tensor: ParameterLayout.Tensor) -> Bool { tensor.isWhole }

  /// The number of elements of all tensors.
  public var elementCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

  // MARK: Values

  /// Values before training: normal numbers with a standard deviation of 0.02, those of tensor j by Box and Muller's
  /// method of `MixedStream(seed, stream: j)`; gains are 1 and biases 0.
  public func untrained(seed: UInt64) -> ParameterValues {
    let values = ParameterValues(layout)
    for (number, (place, tensor)) in zip(layout.tensors, tensors).enumerated() {
      let uniforms = MixedStream(seed: seed, stream: number)
      for index in 0..<tensor.elementCount {
        values.all[place.offset + index] =
          tensor.neutral ?? Float(ModelParameters.deviation * uniforms.normal(index))
      }
    }
    return values
  }

  /// A model with these values, which it holds in memory of its own; sentences call it `name`.
  public func model(_ values: ParameterValues, name: String) throws -> Model {
    let layout = SafetensorsLayout(tensors.map { ($0.name, $0.shape) }, format: .float32)
    let memory = try MemoryFile(byteCount: layout.byteCount, name: name)
    try memory.withBytes { bytes in
      bytes.copyBytes(from: layout.header)
      for (place, offset) in zip(self.layout.tensors, layout.offsets) {
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + place.range.count * 4])
        target.copyMemory(from: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values.all[place.range])))
      }
    }
    return try Model(
      shape: shape, checkpoint: Checkpoint(path: name, file: try SafetensorsFile(file: memory.mapped(as: name))))
  }

  /// The file of a model with these values, in bfloat16, each rounded to the nearest, ties to even.
  public func file(_ values: ParameterValues) -> [UInt8] {
    let layout = SafetensorsLayout(
      tensors.map { ($0.name, $0.shape) }, format: .bfloat16, metadata: [("format", "pt")])
    var bytes = layout.header
    bytes.reserveCapacity(layout.byteCount)
    for place in self.layout.tensors {
      for value in values.all[place.range] {
        let half = BFloat16.bits(value)
        bytes.append(UInt8(truncatingIfNeeded: half))
        bytes.append(UInt8(truncatingIfNeeded: half >> 8))
      }
    }
    return bytes
  }

  /// Rounds values to bfloat16, as the file has them.
  public func round(_ values: ParameterValues) {
    for place in values.all.indices {
      values.all[place] = Float(bitPattern: UInt32(BFloat16.bits(values.all[place])) << 16)
    }
  }

  /// Where gradients of all parameters are added up: the tensors of `sums`, of which the embedding's is the head's as
  /// well where they are tied.
  func gradients(into sums: ParameterValues) -> ParameterGradients {
    var matrices: [Parameter: Matrix] = [:]
    for (place, parameter) in zip(layout.tensors, parameters) {
      matrices[parameter] = Matrix(
        rows: place.rows, columns: place.columns, memory: sums.view(of: place).base, owner: sums)
    }
    if shape.tiedHead { matrices[.head] = matrices[.embedding] }
    return ParameterGradients(matrices, shape: shape)
  }
}

/// The upper half of a float32.
package enum BFloat16 {
  /// The bits of the nearest number, of two equally near ones that which ends in 0.
  package static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)
  }
}

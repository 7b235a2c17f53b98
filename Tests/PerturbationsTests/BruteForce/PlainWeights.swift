import Foundation
import LinearAlgebra
import Weights

/// The weights of a model in a safetensors file, as float32, which holds every new weight; made once for all mutants.
final class PlainWeights {
  private var made: (bytes: Data, starts: [String: Int])?

  /// The whole file, and where in it each tensor begins.
  func file(of path: String) throws -> (bytes: Data, starts: [String: Int]) {
    if let made { return made }
    let checkpoint = try Checkpoint(path: path)
    var header: [String: Any] = [:]
    var (data, starts) = (Data(), [String: Int]())
    for name in checkpoint.names where checkpoint.unreadableType(of: name) == nil {
      let tensor = try checkpoint.tensor(named: name)
      starts[name] = data.count
      floats(of: tensor).withUnsafeBytes { data.append(contentsOf: $0) }
      header[name] =
        ["dtype": "F32", "shape": tensor.shape, "data_offsets": [starts[name] ?? 0, data.count]] as [String: Any]
    }
    let text = try JSONSerialization.data(withJSONObject: header)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    let whole = (length + text + data, starts.mapValues { $0 + length.count + text.count })
    made = whole
    return whole
  }

  private func floats(of tensor: Tensor) -> [Float] {
    [Float](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
      if let base = buffer.baseAddress { tensor.widen(rows: 0..<tensor.rows, into: base) }
      count = tensor.elementCount
    }
  }
}

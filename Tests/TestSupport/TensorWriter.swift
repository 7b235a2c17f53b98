import Foundation

/// Writes safetensors files of float32 numbers, and of whole ones.
public enum TensorWriter {
  /// A tensor to be written.
  public struct Tensor {
    /// The tensor's name in the file.
    public let name: String
    /// Its shape; the last index is contiguous.
    public let shape: [Int]
    /// Its numbers, as many as the shape says.
    public let values: [Float]

    /// A tensor of that name, shape and values.
    public init(_ name: String, _ shape: [Int], _ values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes the tensors to a new file at `path`, one behind the other, with text as metadata, and behind them vectors
  /// of type I64.
  public static func write(
    _ path: String, _ tensors: [Tensor], metadata: [String: String] = [:], wholeNumbers: [String: [Int64]] = [:]
  ) throws {
    var (header, data): ([String: Any], Data) = ([:], Data())
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    for tensor in tensors {
      let start = data.count
      tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
      header[tensor.name] =
        ["dtype": "F32", "shape": tensor.shape, "data_offsets": [start, data.count]] as [String: Any]
    }
    for (name, values) in wholeNumbers.sorted(by: { $0.key < $1.key }) {
      let start = data.count
      values.withUnsafeBytes { data.append(contentsOf: $0) }
      header[name] = ["dtype": "I64", "shape": [values.count], "data_offsets": [start, data.count]] as [String: Any]
    }
    let json = try JSONSerialization.data(withJSONObject: header)
    let length = Data((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
    try UnflushedFile.write(length + json + data, to: path)
  }

  /// Numbers between −1 and 1 that look random and are the same everywhere.
  public static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
    }
  }
}

import Weights

extension FuzzTarget {
  /// A safetensors file, and elements of every tensor in it.
  static func safetensors(_ bytes: UnsafeRawBufferPointer) throws {
    let file = try SafetensorsFile(path: ScratchFolder.write(bytes, "model.safetensors"))
    for name in file.names where file.unreadable[name] == nil { touch(try file.tensor(named: name)) }
    if let name = file.unreadable.keys.first { _ = try file.tensor(named: name) }
  }

  /// Reads the first and the last row of a tensor, and all of a small one.
  static func touch(_ tensor: Tensor) {
    guard tensor.elementCount > 0 else { return }
    let width = min(tensor.columns, 1000)
    var row = [Float](repeating: 0, count: width)
    tensor.widen(rows: 0..<1, columns: 0..<width, into: &row)
    tensor.widen(
      rows: tensor.rows - 1..<tensor.rows, columns: tensor.columns - width..<tensor.columns, into: &row)
    if tensor.elementCount <= 10_000 { _ = tensor.extremes() }
  }
}

import Weights

extension FuzzTarget {
  /// The index of a model of two shards, whose own texts follow it.
  static func shards(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = bytes.parts
    ScratchFolder.write(parts[0], "model.safetensors.index.json")
    for number in 1...2 {
      let header = parts.count > number ? parts[number] : UnsafeRawBufferPointer(start: nil, count: 0)
      let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
      let zeros = [UInt8](repeating: 0, count: 64)
      _ = (length + header + zeros).withUnsafeBytes { ScratchFolder.write($0, "\(number)") }
    }
    let checkpoint = try Checkpoint(path: ScratchFolder.path)
    for name in checkpoint.names { touch(try checkpoint.tensor(named: name)) }
    _ = checkpoint.sha256()
  }
}

import Clouds

extension FuzzTarget {
  /// Vectors of words, their names and a relation, each a file.
  static func words(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = bytes.parts
    var source = PointSource(path: ScratchFolder.write(parts[0], "words.json"))
    if parts.count > 1 { source.labels = ScratchFolder.write(parts[1], "labels") }
    if parts.count > 2 { source.relations = [ScratchFolder.write(parts[2], "relation")] }
    _ = try WordVectorCloud(source)
  }

  /// A text that is the header of a safetensors file, with zeros behind it: an autoencoder, and tensors whose rows are
  /// points.
  static func autoencoder(_ bytes: UnsafeRawBufferPointer) throws {
    let length = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) }
    // As many as the seeds' tensors take.
    let zeros = [UInt8](repeating: 0, count: 4 * 40)
    let path = (length + bytes + zeros).withUnsafeBytes { ScratchFolder.write($0, "sae.safetensors") }
    for isTransposed in [false, true] {
      attempt { _ = try TensorCloud(PointSource(path: path), tensor: nil, transposing: isTransposed) }
    }
    _ = try SparseAutoencoder.read(path, width: 4, hook: "res_post")
  }

  /// Runs what may refuse a sound file too.
  static func attempt(_ body: () throws -> Void) {
    do { try body() } catch { precondition(!"\(error)".contains("\n"), "an error of more than one line") }
  }
}

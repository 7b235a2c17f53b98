import Hosts
import Transformer
import Weights

extension FuzzTarget {
  /// A GGUF file: its keys, elements of every tensor, and the model that it says it is.
  static func gguf(_ bytes: UnsafeRawBufferPointer) throws {
    let path = ScratchFolder.write(bytes, "model.gguf")
    let file = try GGUFFile(path: path)
    for key in file.metadata.keys { ask(key, of: file.metadata) }
    for name in file.names where file.unreadable[name] == nil { touch(try file.tensor(named: name)) }
    let shape = try HostShape.load(path: path)
    // So many layers only take time.
    guard shape.layerCount < 200 else { return }
    _ = try Model(shape: shape, checkpoint: try Checkpoint(path: path))
  }

  /// Asks for a value as everything that it could be; most of it is refused.
  private static func ask(_ key: String, of metadata: GGUFMetadata) {
    _ = try? metadata.text(key)
    _ = try? metadata.integer(key)
    _ = try? metadata.number(key)
    _ = try? metadata.flag(key)
    _ = try? metadata.texts(key)
    _ = try? metadata.integers(key)
    _ = try? metadata.numbers(key)
    _ = try? metadata.flags(key)
  }
}

import Foundation
import Hosts
import Transformer
import Weights

extension FuzzTarget {
  /// A llama2.c file, as it is and then with a hole behind it that makes it as long as its header wants.
  static func llama2C(_ bytes: UnsafeRawBufferPointer) throws {
    let path = ScratchFolder.write(bytes, "model.bin")
    let header = try Llama2CHeader(file: MappedFile(path: path))
    _ = try HostShape.load(path: path)
    do {
      try read(path, as: header)
    } catch is WeightsError {
      let size = floatCount(of: header) * 4 + Double(header.byteCount)
      // So many layers only take time.
      guard size < 1e15, header.layerCount < 200 else { return }
      try read(ScratchFolder.write(bytes, "model.bin", size: max(Int(size), bytes.count)), as: header)
    }
  }

  private static func read(_ path: String, as header: Llama2CHeader) throws {
    let checkpoint = try Checkpoint(path: path)
    precondition(checkpoint.llama2CHeader == header, "one header")
    for name in checkpoint.names { touch(try checkpoint.tensor(named: name)) }
    _ = try Model(shape: GatedDecoder(header: header).shape, checkpoint: checkpoint)
  }

  private static func floatCount(of header: Llama2CHeader) -> Double {
    let (hidden, wide) = (Double(header.hiddenSize), Double(header.intermediateSize))
    let layer = 2 * hidden + 2 * hidden * hidden + 2 * hidden * Double(header.keyValueSize) + 3 * hidden * wide
    let tables = header.version == 0 ? Double(header.contextLength) * Double(header.headSize) : 0
    let embedding = Double(header.vocabularySize) * hidden
    return Double(header.layerCount) * layer + hidden + tables + embedding * (header.sharesClassifier ? 1 : 2)
  }
}

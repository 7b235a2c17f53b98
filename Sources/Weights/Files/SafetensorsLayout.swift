import Basics

/// Where tensors lie in a safetensors file that is to be written: one behind the other, in the order given.
public struct SafetensorsLayout: Sendable {
  /// The bytes before the first tensor: the length of the header, and the header.
  public let header: [UInt8]
  /// Bytes of the file before each tensor, `[tensor]`; the first one's is a multiple of 64.
  public let offsets: [Int]
  /// Bytes of the whole file.
  public let byteCount: Int

  private static let alignment = 64

  /// Lays out tensors of one number format, whose bytes together can be counted, with texts about them. All names and
  /// texts are of ASCII letters, digits and signs that JSON writes as they are.
  public init(
    _ tensors: [(name: String, shape: [Int])], format: NumberFormat, metadata: [(String, String)] = []
  ) {
    precondition(NumberFormat.plain.contains(format), "safetensors files hold plain numbers")
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.map { name, text in
        precondition(Self.isPlain(name) && Self.isPlain(text), "a plain text")
        return "\"\(name)\":\"\(text)\""
      }
      entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var ends = [0]
    for (name, shape) in tensors {
      precondition(Self.isPlain(name), "a plain name")
      let begin = ends[ends.count - 1]
      let end = begin + format.byteCount(of: shape.reduce(1, *))
      entries.append(
        "\"\(name)\":{\"dtype\":\"\(format.rawValue)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}")
      ends.append(end)
    }
    var text = Array("{\(entries.joined(separator: ","))}".utf8)
    // The format allows spaces behind the object, so that numbers can be read in place.
    while (8 + text.count) % SafetensorsLayout.alignment != 0 { text.append(UInt8(ascii: " ")) }
    let header = UInt64(text.count).littleEndianBytes + text
    self.header = header
    offsets = ends.dropLast().map { header.count + $0 }
    byteCount = header.count + ends[ends.count - 1]
  }

  /// Whether JSON writes a text as it is.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
  }
}

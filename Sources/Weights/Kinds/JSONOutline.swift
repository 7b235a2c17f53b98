/// What a JSON file is about, told by the names of its outermost object; the rest is stepped over.
enum JSONOutline {
  private static let byteLimit = 1 << 24
  private static let nameLimit = 1000

  static func kind(of bytes: UnsafeRawBufferPointer) -> FileKind {
    let names = names(UnsafeRawBufferPointer(rebasing: bytes.prefix(byteLimit)))
    if names.contains("weight_map") { return .tensorIndex }
    if names.contains("model"), !names.isDisjoint(with: ["added_tokens", "pre_tokenizer", "decoder", "normalizer"]) {
      return .tokenizer
    }
    let isConfiguration = !names.isDisjoint(with: ["model_type", "architectures", "num_hidden_layers", "hidden_size"])
    return isConfiguration ? .modelConfiguration : .json
  }

  /// Texts at depth 1 that a colon follows; of a text that is no JSON, whatever looks so.
  private static func names(_ bytes: UnsafeRawBufferPointer) -> Set<String> {
    var names: Set<String> = []
    var depth = 0
    var offset = 0
    var last: Range<Int>?
    while offset < bytes.count, names.count < nameLimit {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        let end = endOfText(bytes, offset)
        last = offset + 1..<end
        offset = end
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":"):
        if depth == 1, let name = last { names.insert(String(decoding: bytes[name], as: UTF8.self)) }
      default: break
      }
      offset += 1
    }
    return names
  }

  /// The offset of the closing quote of the text whose opening one is at `start`, or the end.
  private static func endOfText(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var offset = start + 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(offset, bytes.count)
  }
}

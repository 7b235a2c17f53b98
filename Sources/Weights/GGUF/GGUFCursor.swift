import Basics

/// A place in a GGUF file that moves on as numbers and strings are read; every length is checked before it is used.
struct GGUFCursor {
  private let file: MappedFile
  /// Bytes of the file before it.
  private(set) var offset: Int
  /// What is being read, for error sentences: "key 7".
  var subject = "the header"

  init(_ file: MappedFile, at offset: Int) {
    self.file = file
    self.offset = offset
  }

  /// Bytes of the file behind it.
  var left: Int { file.byteCount - offset }

  /// The sentence about something that cannot be; `remedy` follows it.
  func refusal(_ seen: String, _ remedy: String = "download the file again") -> WeightsError {
    WeightsError("cannot read \(file.path.quotedName): \(seen); \(remedy)")
  }

  // MARK: Moving on

  /// Passes over `count` bytes that must be there, and returns where they are.
  mutating func pass(_ count: Int) throws -> Range<Int> {
    guard count <= left else {
      throw refusal("it holds \(file.byteCount) bytes and ends within \(subject): the file is truncated")
    }
    offset += count
    return offset - count..<offset
  }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type = Number.self) throws -> Number
  {
    let range = try pass(MemoryLayout<Number>.size)
    return file.bytes.littleEndian(at: range.lowerBound)
  }

  /// A count of things that have at least `size` bytes each, so that there can be no more than the file has room for.
  mutating func count(of things: String, size: Int) throws -> Int {
    let claimed: UInt64 = try number()
    guard claimed <= UInt64(left / size) else {
      throw refusal(
        "\(subject) claims \(claimed) \(things), for which the \(left) bytes behind it are too few: the file is "
          + "damaged or truncated")
    }
    return Int(claimed)
  }

  /// Passes a string, and returns the range of its bytes.
  mutating func string() throws -> Range<Int> { try pass(try count(of: "bytes of text", size: 1)) }

  /// The name of a key or of a tensor.
  mutating func name() throws -> String {
    let range = try string()
    guard range.count <= GGUFCursor.nameLimit, let name = file.text(in: range) else {
      throw refusal("\(subject) has a name that is no text of at most \(GGUFCursor.nameLimit) bytes in UTF-8")
    }
    return name
  }

  private static let nameLimit = 65_535  // the format's own
}

extension MappedFile {
  /// The bytes as UTF-8; nil if they are not.
  func text(in range: Range<Int>) -> String? {
    String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}

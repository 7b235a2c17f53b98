import Foundation

/// Writes GGUF files, sound ones and others: whatever it is told goes into the file.
public struct GGUFWriter {
  /// A value of the metadata: the number of its type, and its bytes.
  public struct Value {
    let type: UInt32
    let bytes: [UInt8]

    /// Any bytes as a value of a type.
    public init(type: UInt32, bytes: [UInt8]) {
      self.type = type
      self.bytes = bytes
    }

    /// A whole number of 32 bits without sign.
    public static func number(_ number: Int) -> Value { Value(type: 4, bytes: littleEndian(UInt32(number))) }
    /// A number of 32 bits.
    public static func float(_ number: Float) -> Value { Value(type: 6, bytes: littleEndian(number.bitPattern)) }
    /// A truth value.
    public static func flag(_ flag: Bool) -> Value { Value(type: 7, bytes: [flag ? 1 : 0]) }
    /// A text.
    public static func text(_ text: String) -> Value { Value(type: 8, bytes: string(text)) }
    /// An array of values of one type.
    public static func array(_ type: UInt32, _ values: [Value]) -> Value {
      Value(type: 9, bytes: littleEndian(type) + littleEndian(UInt64(values.count)) + values.flatMap(\.bytes))
    }
  }

  /// A tensor: its shape with the last index contiguous, the number of its type, and its bytes.
  public struct Tensor {
    /// The tensor's name.
    public let name: String
    let shape: [Int]
    let type: UInt32
    let bytes: [UInt8]
    /// The offset that the table claims; nil for the true one.
    let offset: UInt64?

    /// A tensor of that name, shape, type and bytes, which may be where they should not.
    public init(_ name: String, _ shape: [Int], type: UInt32, bytes: [UInt8], offset: UInt64? = nil) {
      self.name = name
      self.shape = shape
      self.type = type
      self.bytes = bytes
      self.offset = offset
    }

    /// A tensor of float32 numbers.
    public init(_ name: String, _ shape: [Int], _ values: [Float]) {
      self.init(name, shape, type: 0, bytes: values.flatMap { littleEndian($0.bitPattern) })
    }
  }

  /// The version that the file claims.
  public var version: UInt32 = 3
  /// Keys and values, in order.
  public var metadata: [(key: String, value: Value)] = []
  /// Tensors, in order.
  public var tensors: [Tensor] = []
  /// What tensors begin on multiples of.
  public var alignment = 32
  /// Counts of tensors and keys that the file claims; nil: as many as there are.
  public var claimed: (tensors: UInt64?, keys: UInt64?) = (nil, nil)

  /// A file without anything in it.
  public init() {}

  /// The bytes of the file.
  public var bytes: [UInt8] {
    var head = Array("GGUF".utf8) + littleEndian(version)
    head +=
      littleEndian(claimed.tensors ?? UInt64(tensors.count)) + littleEndian(claimed.keys ?? UInt64(metadata.count))
    for (key, value) in metadata { head += string(key) + littleEndian(value.type) + value.bytes }
    var data: [UInt8] = []
    for tensor in tensors {
      pad(&data)
      head += string(tensor.name) + littleEndian(UInt32(tensor.shape.count))
      for size in tensor.shape.reversed() { head += littleEndian(UInt64(bitPattern: Int64(size))) }
      head += littleEndian(tensor.type) + littleEndian(tensor.offset ?? UInt64(data.count))
      data += tensor.bytes
    }
    pad(&head)
    return head + data
  }

  /// Writes the file.
  public func write(_ path: String) throws { try UnflushedFile.write(bytes, to: path) }

  private func pad(_ bytes: inout [UInt8]) {
    bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
  }
}

private func string(_ text: String) -> [UInt8] { littleEndian(UInt64(text.utf8.count)) + Array(text.utf8) }

private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

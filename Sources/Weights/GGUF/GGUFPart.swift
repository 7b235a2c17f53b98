import Basics

/// One GGUF file, whole or a part of a split one, all of it checked; see
/// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md for the format.
struct GGUFPart {
  let file: MappedFile
  let metadata: GGUFMetadata
  let tensors: [String: Tensor]
  /// Tensors of element types that are not read, and these types.
  let unreadable: [String: String]

  private static let magic = Array("GGUF".utf8)
  private static let dimensionLimit = 4  // the format's own
  private static let keyBytes = 8 + 4 + 1  // the least that a key takes: the length of its name, its type, its value
  private static let tensorBytes = 8 + 4 + 4 + 8  // the length of a name, a count of dimensions, a type, an offset

  /// A line of the table of tensors, checked for itself.
  private struct Entry {
    let name: String
    let shape: [Int]
    let type: String
    let offset: Int
    /// nil for types that are not read.
    let format: NumberFormat?
    let byteCount: Int
  }

  /// Maps and checks the file at `path`; of the weights nothing is read.
  init(path: String) throws { try self.init(file: MappedFile(path: path)) }

  /// Checks a file that is mapped already.
  init(file: MappedFile) throws {
    self.file = file
    try GGUFPart.checkVersion(file)
    var cursor = GGUFCursor(file, at: GGUFPart.magic.count + MemoryLayout<UInt32>.size)
    let tensorCount = try cursor.count(of: "tensors", size: GGUFPart.tensorBytes)
    let keyCount = try cursor.count(of: "keys", size: GGUFPart.keyBytes)
    metadata = try GGUFMetadata(file, count: keyCount, cursor: &cursor)
    let alignment = try GGUFPart.alignment(metadata)
    var entries: [Entry] = []
    for number in 0..<tensorCount {
      cursor.subject = "tensor \(number + 1) of \(tensorCount)"
      entries.append(try GGUFPart.entry(&cursor, alignment: alignment))
    }
    let dataOffset = (cursor.offset + alignment - 1) / alignment * alignment
    var (tensors, unreadable): ([String: Tensor], [String: String]) = ([:], [:])
    for entry in entries {
      guard tensors[entry.name] == nil, unreadable[entry.name] == nil else {
        throw cursor.refusal("the tensor \(entry.name.quotedName) occurs twice")
      }
      guard let format = entry.format else {
        unreadable[entry.name] = entry.type
        continue
      }
      guard dataOffset <= file.byteCount, entry.offset <= file.byteCount - dataOffset,
        entry.byteCount <= file.byteCount - dataOffset - entry.offset
      else {
        throw cursor.refusal(
          "it holds \(file.byteCount) bytes and ends before the tensor \(entry.name.quotedName) does: the file is "
            + "truncated")
      }
      tensors[entry.name] = Tensor(
        name: entry.name, shape: entry.shape, format: format, file: file, byteOffset: dataOffset + entry.offset)
    }
    self.tensors = tensors
    self.unreadable = unreadable
    try GGUFPart.checkOverlap(entries, cursor)
  }

  // MARK: The header

  private static func checkVersion(_ file: MappedFile) throws {
    let attempt = "cannot read \(file.path.quotedName)"
    let kind = FileKind(file)
    guard kind == .gguf else {
      throw WeightsError("\(attempt): it is \(kind.phrase); \(kind.modelAdvice(path: file.path))")
    }
    try check(
      file.byteCount >= magic.count + MemoryLayout<UInt32>.size,
      "\(attempt): it holds \(file.byteCount) bytes, too few for a GGUF file; download it again")
    let version: UInt32 = file.bytes.littleEndian(at: magic.count)
    try check(
      version & 0xFFFF != 0 || version == 0,
      "\(attempt): it is a GGUF file for big-endian machines; take the little-endian one, or turn its bytes around "
        + "with 'gguf-convert-endian FILE little' of Python's gguf")
    try check(
      version != 1,
      "\(attempt): it is a GGUF file of version 1, which was in use for some days in 2023; make or download it again "
        + "with today's tools")
    try check(
      version == 2 || version == 3,
      "\(attempt): it is a GGUF file of version \(version), and 2 and 3 are read; take a file of one of these")
  }

  private static func alignment(_ metadata: GGUFMetadata) throws -> Int {
    let key = "general.alignment"
    let alignment = try metadata.integer(key) ?? 32
    guard alignment > 0, alignment <= 1 << 30, alignment & (alignment - 1) == 0 else {
      throw metadata.refusal(key, "is \(alignment), which is no power of two up to \(1 << 30)")
    }
    return alignment
  }

  // MARK: The table of tensors

  private static func entry(_ cursor: inout GGUFCursor, alignment: Int) throws -> Entry {
    let name = try cursor.name()
    cursor.subject = "the tensor \(name.quotedName)"
    let dimensions: UInt32 = try cursor.number()
    guard dimensions <= dimensionLimit else {
      throw cursor.refusal("\(cursor.subject) has \(dimensions) dimensions, and the format has \(dimensionLimit)")
    }
    let sizes: [UInt64] = try (0..<dimensions).map { _ in try cursor.number() }
    let type = GGUFTensorTypes.name(try cursor.number())
    let offset: UInt64 = try cursor.number()
    let shape = sizes.reversed().compactMap { Int(exactly: $0) }
    // A petabyte of elements; bytes of so many can be counted.
    guard shape.count == sizes.count, let count = checkedProduct(shape), count <= 1 << 50 else {
      throw cursor.refusal("\(cursor.subject) has the sizes \(sizes), which are absurd")
    }
    guard let start = Int(exactly: offset), start.isMultiple(of: alignment) else {
      throw cursor.refusal(
        "\(cursor.subject) begins at byte \(offset) of the data, which is no multiple of \(alignment)")
    }
    let format = NumberFormat(rawValue: type)
    if let size = format?.elementsPerBlock, !(shape.last ?? 1).isMultiple(of: size) {
      throw cursor.refusal(
        "\(cursor.subject) of type \(type) has rows of \(shape.last ?? 1) elements, no whole blocks of \(size)"
      )
    }
    return Entry(
      name: name, shape: shape, type: type, offset: start, format: format, byteCount: format?.byteCount(of: count) ?? 0)
  }

  private static func checkOverlap(_ entries: [Entry], _ cursor: GGUFCursor) throws {
    var previous: Entry?
    for entry in entries.sorted(by: { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) })
    where entry.byteCount > 0 {
      if let previous, previous.offset + previous.byteCount > entry.offset {
        throw cursor.refusal("the tensors \(previous.name.quotedName) and \(entry.name.quotedName) overlap")
      }
      previous = entry
    }
  }
}

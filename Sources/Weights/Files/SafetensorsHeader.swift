import Basics
import StrictJSON

/// The checked header of a safetensors file.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    /// The element type as the file spells it, which may be one that is not read.
    let type: String
    let shape: [Int]
    /// Bytes of the data section.
    let range: Range<Int>
  }

  /// The tensors in the order of their data, which they cover without gap or overlap.
  let entries: [Entry]
  let metadata: [String: String]
  /// Bytes of the file before its data section.
  let dataOffset: Int

  private static let byteLimit = 100_000_000  // the format's own
  private static let offsetLimit = 1 << 60
  private static let rankLimit = 16

  init(file: MappedFile) throws {
    let json = try Self.headerBytes(of: file)
    dataOffset = 8 + json.count
    let document = try WeightsDocument(json, source: "the header of \(file.path.quotedName)")
    guard let members = try document.members(of: document.value) else {
      throw WeightsError("cannot read \(document.source): it is not a JSON object; download the file again")
    }
    metadata = try Self.metadata(members["__metadata__"], document)
    // By name first, so that of several mistakes the same one is reported every time.
    entries = try members.filter { $0.key != "__metadata__" }
      .sorted { $0.key < $1.key }
      .map { try Self.entry($0.key, $0.value, file.path) }
      .sorted { Self.isBefore($0, $1) }
    try checkCoverage(of: file)
  }

  // MARK: Parts of the header

  private static func headerBytes(of file: MappedFile) throws -> UnsafeRawBufferPointer {
    let attempt = "cannot read \(file.path.quotedName)"
    let kind = FileKind(file)
    guard kind == .safetensors || kind == .unknown else {
      throw WeightsError("\(attempt): it is \(kind.phrase); \(kind.tensorAdvice)")
    }
    try check(
      file.byteCount >= 8,
      "\(attempt): it holds \(file.byteCount) bytes, too few for a safetensors file; download it again")
    let claimed = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    try check(
      claimed <= UInt64(byteLimit),
      "\(attempt): its first 8 bytes claim a header of \(claimed) bytes, above the limit of \(byteLimit); "
        + "check that it is a safetensors file")
    try check(
      claimed <= UInt64(file.byteCount - 8),
      "\(attempt): it holds \(file.byteCount) bytes, header claims \(claimed + 8) for itself alone: "
        + "the file is truncated; download it again")
    let json = UnsafeRawBufferPointer(rebasing: file.bytes[8..<8 + Int(claimed)])
    try check(
      json.first == UInt8(ascii: "{"),
      "\(attempt): its header does not begin with '{'; check that it is a safetensors file")
    return json
  }

  private static func metadata(_ value: JSONValue?, _ document: WeightsDocument) throws -> [String: String] {
    guard let value else { return [:] }
    let members = try document.members(of: value)
    guard let texts = members?.compactMapValues(\.string), texts.count == members?.count else {
      throw WeightsError(
        "cannot read \(document.source): its __metadata__ is not an object of strings; make the file again")
    }
    return texts
  }

  private static func entry(_ name: String, _ value: JSONValue, _ path: String) throws -> Entry {
    // Made when needed: there may be many entries.
    func attempt() -> String { "cannot read tensor \(name.quotedName) of \(path.quotedName)" }
    let remedy = "make or download the file again"
    guard let type = value["dtype"]?.string, let shape = value["shape"]?.elements({ $0.integer }),
      let offsets = value["data_offsets"]?.elements({ $0.integer })
    else {
      throw WeightsError(
        "\(attempt()): its header entry lacks a dtype, a shape or data_offsets of whole numbers; \(remedy)")
    }
    try check(
      offsets.count == 2 && offsets[0] >= 0 && offsets[0] <= offsets[1] && offsets[1] <= offsetLimit,
      "\(attempt()): its data_offsets \(shown(offsets)) are not a begin and an end; \(remedy)")
    guard shape.count <= rankLimit, let count = checkedProduct(shape) else {
      throw WeightsError("\(attempt()): its shape \(shown(shape)) is absurd; \(remedy)")
    }
    if let bitCount = bitCounts[type] {
      let (bits, overflow) = count.multipliedReportingOverflow(by: bitCount)
      let byteCount = offsets[1] - offsets[0]
      try check(
        !overflow && bits == byteCount * 8,
        "\(attempt()): its shape \(shown(shape)) of \(type) contradicts its \(byteCount) bytes; \(remedy)")
    }
    return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Bits of an element of every type the format names; of others the size cannot be checked.
  private static let bitCounts: [String: Int] = [
    "F64": 64, "I64": 64, "U64": 64, "C64": 64, "F32": 32, "I32": 32, "U32": 32, "F16": 16, "BF16": 16, "I16": 16,
    "U16": 16, "I8": 8, "U8": 8, "BOOL": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
  ]

  // MARK: The data section

  /// Checks that the entries cover the data section exactly.
  private func checkCoverage(of file: MappedFile) throws {
    let attempt = "cannot read \(file.path.quotedName)"
    let dataEnd = entries.map(\.range.upperBound).max() ?? 0
    try check(
      dataEnd <= file.byteCount - dataOffset,
      "\(attempt): it holds \(file.byteCount) bytes, header claims \(dataOffset + dataEnd): "
        + "the file is truncated; download it again")
    var end = 0
    var previous = ""
    for entry in entries {
      try check(
        entry.range.lowerBound >= end,
        "\(attempt): tensors \(previous.quotedName) and \(entry.name.quotedName) overlap; make the file again")
      try check(
        entry.range.lowerBound == end,
        "\(attempt): the \(entry.range.lowerBound - end) bytes before tensor \(entry.name.quotedName) belong to none; "
          + "make the file again")
      end = entry.range.upperBound
      previous = entry.name
    }
    try check(
      end == file.byteCount - dataOffset,
      "\(attempt): it holds \(file.byteCount) bytes, header claims \(dataOffset + end): "
        + "the rest belongs to no tensor; download it again")
  }

  private static func isBefore(_ one: Entry, _ other: Entry) -> Bool {
    (one.range.lowerBound, one.range.upperBound) < (other.range.lowerBound, other.range.upperBound)
  }
}

/// A shape for an error sentence: at most eight of its numbers.
func shown(_ shape: [Int]) -> String {
  let numbers = shape.prefix(8).map(String.init) + (shape.count > 8 ? ["…"] : [])
  return "[\(numbers.joined(separator: ", "))]"
}

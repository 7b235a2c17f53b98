import Basics

/// What the header of a llama2.c .bin file says; see https://github.com/karpathy/llama2.c, `export.py`.
///
/// The file's q and k rows are in interleaved rotary order.
public struct Llama2CHeader: Sendable, Equatable {
  /// 0 (no magic number, tables of the rotary embedding included) or 1.
  public let version: Int
  /// Components of the residual stream.
  public let hiddenSize: Int
  /// Units of a feed-forward layer.
  public let intermediateSize: Int
  /// The number of blocks.
  public let layerCount: Int
  /// Heads for queries.
  public let headCount: Int
  /// Heads for keys and values.
  public let keyValueHeadCount: Int
  /// Tokens of the vocabulary.
  public let vocabularySize: Int
  /// The longest sequence the model was trained for, in tokens.
  public let contextLength: Int
  /// Whether the classifier is the token embedding; otherwise the file holds `lm_head.weight`.
  public let sharesClassifier: Bool

  /// Components of a head.
  public var headSize: Int { hiddenSize / headCount }
  /// Components of the keys of all heads.
  public var keyValueSize: Int { headSize * keyValueHeadCount }
  /// Bytes before the first weight.
  public var byteCount: Int { version == 0 ? Self.byteCountOfVersion0 : Self.byteCountOfVersion1 }

  private static let magic = 0x616B_3432  // "ak42"
  private static let byteCountOfVersion0 = 28
  private static let byteCountOfVersion1 = 256
  private static let sizeLimit = 1 << 28
  private static let layerLimit = 1 << 14

  /// Reads the first bytes of `file`; throws `WeightsError` when they are not a llama2.c header of version 0 or 1.
  public init(file: MappedFile) throws {
    let attempt = "cannot read \(file.path.quotedName)"
    let kind = FileKind(file)
    guard kind == .llama2C || kind == .unknown else {
      throw WeightsError("\(attempt): it is \(kind.phrase); \(kind.modelAdvice(path: file.path))")
    }
    try check(
      file.byteCount >= Self.byteCountOfVersion0,
      "\(attempt): it holds \(file.byteCount) bytes, too few for a llama2.c header; download it again")
    if Self.isVersioned(file.bytes) { try Self.checkVersion(Self.integer(file.bytes, 4), file, attempt) }
    self.init(bytes: file.bytes)
    try checkPlausible(attempt)
  }

  /// Whether the bytes begin with the seven numbers of version 0, which has no magic number.
  static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= byteCountOfVersion0, !isVersioned(bytes) else { return false }
    return (try? Llama2CHeader(bytes: bytes).checkPlausible("")) != nil
  }

  /// Takes the numbers as they are; there are enough of them.
  private init(bytes: UnsafeRawBufferPointer) {
    let isVersioned = Self.isVersioned(bytes)
    version = isVersioned ? Self.integer(bytes, 4) : 0
    let start = isVersioned ? 8 : 0
    let numbers = (0..<7).map { Self.integer(bytes, start + 4 * $0) }
    hiddenSize = numbers[0]
    intermediateSize = numbers[1]
    layerCount = numbers[2]
    headCount = numbers[3]
    keyValueHeadCount = numbers[4]
    vocabularySize = isVersioned ? numbers[5] : abs(numbers[5])
    contextLength = numbers[6]
    sharesClassifier = isVersioned ? bytes[36] == 1 : numbers[5] > 0
  }

  // MARK: Checks

  private static func checkVersion(_ version: Int, _ file: MappedFile, _ attempt: String) throws {
    try check(
      version != 2,
      "\(attempt): it is a llama2.c file of version 2, with int8 weights; export the model as version 0 or 1 (float32)")
    try check(
      version == 1, "\(attempt): it is a llama2.c file of version \(version); export the model as version 0 or 1")
    try check(
      file.byteCount >= byteCountOfVersion1,
      "\(attempt): it holds \(file.byteCount) bytes, a llama2.c header of version 1 has \(byteCountOfVersion1): "
        + "the file is truncated; download it again")
    try check(
      file.bytes[36] <= 1 && file.bytes[37..<byteCountOfVersion1].allSatisfy { $0 == 0 },
      "\(attempt): its llama2.c header holds \(file.bytes[36]) as classifier flag, or more after it; "
        + "export the model again")
  }

  private func checkPlausible(_ attempt: String) throws {
    let sizes = [
      ("dim", hiddenSize), ("hidden_dim", intermediateSize), ("n_layers", layerCount), ("n_heads", headCount),
      ("n_kv_heads", keyValueHeadCount), ("vocab_size", vocabularySize), ("seq_len", contextLength),
    ]
    for (name, size) in sizes {
      try check(
        size > 0 && size <= (name == "n_layers" ? Self.layerLimit : Self.sizeLimit),
        "\(attempt): as a llama2.c header its \(name) is \(size); check that it is a llama2.c file")
    }
    let remedy = "check that it is a llama2.c file"
    try check(
      hiddenSize % headCount == 0 && headSize % 2 == 0,
      "\(attempt): its llama2.c header has \(headCount) heads, which do not divide dim \(hiddenSize) into even heads; "
        + remedy)
    try check(
      headCount % keyValueHeadCount == 0,
      "\(attempt): its llama2.c header has \(keyValueHeadCount) kv heads, which do not divide \(headCount) heads; "
        + remedy)
  }

  private static func isVersioned(_ bytes: UnsafeRawBufferPointer) -> Bool { integer(bytes, 0) == magic }

  private static func integer(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
    Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
  }
}

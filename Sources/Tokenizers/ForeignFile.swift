import Foundation

/// A file of which nothing is known but its name: its content, and what it is if it is no tokenizer.
enum ForeignFile {
  /// The largest files in use have 35 MB.
  private static let sizeLimit = 64 << 20
  /// Bytes at a file's beginning that are enough to tell what it is.
  private static let beginningLength = 512

  /// Returns the content of `file`; throws a `TokenizerError` that says what it is if it is no tokenizer.
  static func content(of file: String) throws -> [UInt8] {
    let url = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber else {
        throw TokenizerError(file: file, "it is not a regular file; name a tokenizer's file or folder")
      }
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      let beginning = Array(try handle.read(upToCount: beginningLength) ?? Data())
      if let other = FileKind(beginning) { throw TokenizerError(file: file, other.sentence) }
      guard size.intValue > 0 else { throw TokenizerError(file: file, "it has 0 bytes; fetch the file again") }
      guard size.intValue <= sizeLimit else {
        throw TokenizerError(
          file: file,
          "it has \(size) bytes, where a tokenizer has up to \(sizeLimit); is it the model's weights? Name a "
            + FileKind.tokenizers)
      }
      return beginning + Array(try handle.readToEnd() ?? Data())
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw TokenizerError(file: file, "it cannot be opened; check its permissions")
    }
  }
}

/// What a file is that is taken for a tokenizer by mistake.
enum FileKind {
  case webPage
  case largeFilePointer
  case weights(String)
  case archive
  case ranks

  static let tokenizers = "tokenizer.json, a SentencePiece model or a tokenizer.bin of llama2.c"

  /// Recognizes a file by its beginning; nil if it is none of these.
  init?(_ bytes: [UInt8]) {
    func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
    let text = bytes.text
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
    if begins("version https://git-lfs") {
      self = .largeFilePointer
    } else if start.hasPrefix("<!doctype") || start.hasPrefix("<html") {
      self = .webPage
    } else if let name = Self.weights(bytes) {
      self = .weights(name)
    } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .archive
    } else if text.prefixMatch(of: /([A-Za-z0-9+\/]{4})*[A-Za-z0-9+\/=]{4} [0-9]+\r?\n/) != nil {
      self = .ranks
    } else {
      return nil
    }
  }

  private static func weights(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: "GGUF".utf8) { return "a GGUF file" }
    if bytes.starts(with: [0x93] + "NUMPY".utf8) { return "an array of NumPy" }
    if bytes.starts(with: [0x89] + "HDF".utf8) { return "an HDF5 file" }
    if bytes.starts(with: "24ka".utf8) { return "weights of llama2.c" }
    if bytes.starts(with: [0x80, 0x02]) { return "a pickle of Python" }
    // The header of safetensors: its length, and the object that it is.
    if bytes.count > 9, bytes[8] == UInt8(ascii: "{"), bytes[4..<8].allSatisfy({ $0 == 0 }) {
      return "a safetensors file"
    }
    return isLlama2CHeader(bytes) ? "weights of llama2.c" : nil
  }

  /// Whether the bytes begin with the seven numbers of a model of llama2.c: width, hidden width, layers, heads,
  /// heads of keys, vocabulary and context.
  private static func isLlama2CHeader(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 28 else { return false }
    let numbers = stride(from: 0, to: 28, by: 4).map { start in
      Int(Int32(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }))
    }
    let (width, heads, keyHeads) = (numbers[0], numbers[3], numbers[4])
    guard (1...1 << 16).contains(width), (width...1 << 18).contains(numbers[1]), (1...1 << 10).contains(numbers[2]),
      (1...1 << 10).contains(heads), (1...heads).contains(keyHeads), width.isMultiple(of: heads)
    else { return false }
    return (1...1 << 22).contains(abs(numbers[5])) && (1...1 << 22).contains(numbers[6])
  }

  /// What the file is and what to do, to follow "cannot read the tokenizer FILE: ".
  var sentence: String {
    switch self {
    case .webPage: "it is a web page, as a failed download leaves behind; fetch the file again"
    case .largeFilePointer: "it is a Git LFS pointer in place of the file; run 'git lfs pull' where it came from"
    case .weights(let name): "it is \(name), which holds no tokenizer that can be read; name a \(Self.tokenizers)"
    case .archive: "it is a ZIP archive, such as .npz or .pt files are; name a \(Self.tokenizers)"
    case .ranks:
      "it is a list of ranks of tiktoken, without the expression that cuts words; convert it to a tokenizer.json with "
        + "transformers (AutoTokenizer.from_pretrained, then save_pretrained)"
    }
  }
}

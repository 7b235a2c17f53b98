import Foundation

/// What lies at a path, recognized by its bytes and, in archives, by the names of their members: never by the ending of
/// its name.
///
/// A kind is no promise that the file is whole or sound; who reads it checks that.
public enum FileKind: Equatable, Sendable {
  // No file that can be read.
  /// Nothing lies there.
  case absent
  /// A folder.
  case folder
  /// A pipe, a device, or a file without permission to read it.
  case unreadable

  // What downloads leave in the place of a file.
  /// A file without bytes.
  case empty
  /// The pointer that Git LFS leaves in place of a large file.
  case gitLFSPointer
  /// A web page, such as one that asks for a login.
  case webPage

  // Tensors.
  /// A safetensors file.
  case safetensors
  /// A model of llama2.c.
  case llama2C
  /// A GGUF file.
  case gguf
  /// A file that torch.save wrote.
  case torch
  /// A `.npy` file.
  case numpyArray
  /// A `.npz` file.
  case numpyArchive
  /// An HDF5 file.
  case hdf5

  // Tokenizers.
  /// A `tokenizer.json`.
  case tokenizer
  /// A SentencePiece model.
  case sentencePiece
  /// A `tokenizer.bin` of llama2.c.
  case llama2CTokenizer
  /// A list of tokens in base64 and their ranks, as tiktoken reads them.
  case tokenRanks

  // Texts.
  /// A `config.json`.
  case modelConfiguration
  /// The index of a folder of safetensors files.
  case tensorIndex
  /// Another JSON text.
  case json
  /// Lines of JSON.
  case jsonLines
  /// A YAML text.
  case yaml
  /// A table with separators.
  case table
  /// Another text.
  case text

  /// An archive, or another file of a known format, whose name stands here with its article: "a zip archive".
  case archive(String)
  /// Another file of a known format, whose name stands here with its article.
  case foreign(String)
  /// Bytes that no format is recognized by.
  case unknown

  /// The kind of what lies at `path`; reads a few pages of a file, of JSON at most 16 MiB.
  public init(path: String) {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else {
      self = errno == EACCES ? .unreadable : .absent
      return
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      self = .folder
    } else if let file = try? MappedFile(path: path) {
      self.init(file)
    } else {
      self = .unreadable
    }
  }

  /// The kind of a file that is mapped already.
  public init(_ file: MappedFile) {
    self = withExtendedLifetime(file) { FileKind(bytes: file.bytes) }
  }

  /// The kind of a file of these bytes.
  init(bytes: UnsafeRawBufferPointer) {
    self =
      bytes.isEmpty
      ? .empty
      : FileKind.ofSafetensors(bytes) ?? FileSignature.kind(of: bytes) ?? FileKind.ofArchive(bytes)
        ?? FileKind.ofHDF5(bytes) ?? TextKind.kind(of: bytes) ?? FileKind.ofTokenizer(bytes) ?? FileKind.ofLlama2C(
          bytes) ?? .unknown
  }

  // MARK: Formats without a signature

  /// Eight bytes of length, of which a sensible one leaves the upper four zero, then JSON. The length may look like
  /// another format's signature: 1152 is how a pickle begins.
  private static func ofSafetensors(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    let isOne = bytes.count > 8 && bytes[4..<8].allSatisfy { $0 == 0 } && bytes[8] == UInt8(ascii: "{")
    return isOne ? .safetensors : nil
  }

  private static func ofHDF5(_ bytes: UnsafeRawBufferPointer) -> FileKind? { isHDF5(bytes) ? .hdf5 : nil }

  /// HDF5 files may begin with a block of their user's, of 512 bytes or that doubled some times.
  private static func isHDF5(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var offset = 0
    while offset <= bytes.count - signature.count {
      if bytes[offset..<offset + signature.count].elementsEqual(signature) { return true }
      offset = max(512, 2 * offset)
    }
    return false
  }

  private static func ofTokenizer(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    SentencePieceModel.isOne(bytes) ? .sentencePiece : Llama2CVocabularyFile.isOne(bytes) ? .llama2CTokenizer : nil
  }

  private static func ofLlama2C(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    Llama2CHeader.isPlausible(bytes) ? .llama2C : nil
  }
}

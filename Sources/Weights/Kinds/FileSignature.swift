/// Formats whose files have certain bytes in a certain place.
struct FileSignature {
  private let bytes: [UInt8]
  private let offset: Int
  private let kind: FileKind

  private init(_ bytes: [UInt8], at offset: Int = 0, _ kind: FileKind) {
    self.bytes = bytes
    self.offset = offset
    self.kind = kind
  }

  private init(_ text: String, at offset: Int = 0, _ kind: FileKind) {
    self.init(Array(text.utf8), at: offset, kind)
  }

  /// The kind of the first signature that is there.
  static func kind(of bytes: UnsafeRawBufferPointer) -> FileKind? {
    all.first { $0.matches(bytes) }?.kind
  }

  private func matches(_ file: UnsafeRawBufferPointer) -> Bool {
    file.count >= offset + bytes.count && file[offset..<offset + bytes.count].elementsEqual(bytes)
  }

  private static let all = [
    FileSignature("version https://git-lfs", .gitLFSPointer),
    FileSignature("GGUF", .gguf),
    FileSignature("24ka", .llama2C),
    FileSignature([0x93] + Array("NUMPY".utf8), .numpyArray),
    // Before torch 1.6 a pickle of a magic number came first.
    FileSignature([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19], .torch),
    FileSignature([0x1F, 0x8B], .archive("a gzip file")),
    FileSignature("BZh", .archive("a bzip2 file")),
    FileSignature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .archive("an xz file")),
    FileSignature([0x28, 0xB5, 0x2F, 0xFD], .archive("a Zstandard file")),
    FileSignature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .archive("a 7z archive")),
    FileSignature("ustar", at: 257, .archive("a tar archive")),
    FileSignature("Rar!", .archive("a RAR archive")),
    FileSignature([0x80, 0x02], .foreign("a Python pickle")),
    FileSignature([0x80, 0x03], .foreign("a Python pickle")),
    FileSignature([0x80, 0x04], .foreign("a Python pickle")),
    FileSignature([0x80, 0x05], .foreign("a Python pickle")),
    FileSignature("lmgg", .foreign("a GGML file, which came before GGUF")),
    FileSignature("tjgg", .foreign("a GGML file, which came before GGUF")),
    FileSignature("PAR1", .foreign("a Parquet file")),
    FileSignature("ARROW1", .foreign("an Arrow file")),
    FileSignature("SQLite format 3", .foreign("an SQLite database")),
    FileSignature("MATLAB 5.0", .foreign("a MATLAB file")),
    FileSignature("CDF", .foreign("a netCDF 3 file")),
    FileSignature("%PDF", .foreign("a PDF document")),
    FileSignature([0x89, 0x50, 0x4E, 0x47], .foreign("a PNG image")),
    FileSignature([0xFF, 0xD8, 0xFF], .foreign("a JPEG image")),
    FileSignature([0x7F, 0x45, 0x4C, 0x46], .foreign("a program")),
    FileSignature([0xFF, 0xFE], .foreign("a text in UTF-16")),
    FileSignature([0xFE, 0xFF], .foreign("a text in UTF-16")),
  ]
}

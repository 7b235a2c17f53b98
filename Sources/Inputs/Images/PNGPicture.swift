import Basics
import CPNG
import Configuration
import Transformer

/// A picture out of a PNG file, which libpng reads.
struct PNGPicture {
  /// The numbers of the pixels, `[row, column, channel]`.
  let bytes: [UInt8]

  private static let fileLimit = 1 << 28

  /// Reads a picture of 8 bits or fewer with 1 or 3 channels: shades of grey become colours where 3 are wanted, and
  /// transparency is left out. `check` sees the size before any pixel is read, and throws where it is not the one that
  /// is wanted. Throws a `TextFileError` where the file is no such picture.
  init(path: String, channels: Int, check: (ImageSize) throws -> Void) throws {
    let file = try BoundedFile.read(path: path, limit: Self.fileLimit, throwing: TextFileError.self)
    bytes = try file.withUnsafeBufferPointer { file in
      var source = png_memory_file()
      source.bytes = file.baseAddress
      source.count = file.count
      var header = png_memory_header()
      guard png_memory_read(&source, &header, Int32(channels), nil) == 1 else { throw Self.refusal(path, &source) }
      try check(ImageSize(channels: channels, height: Int(header.height), width: Int(header.width)))
      guard header.bit_depth <= 8 else {
        throw TextFileError.input(path, "its numbers have 16 bits; save it with 8")
      }
      guard channels == 3 || header.is_colored == 0 else {
        throw TextFileError.input(path, "it is in colour, and the model reads one channel; save it in shades of grey")
      }
      var bytes = [UInt8](repeating: 0, count: Int(header.height) * Int(header.width) * channels)
      guard png_memory_read(&source, &header, Int32(channels), &bytes) == 1 else { throw Self.refusal(path, &source) }
      return bytes
    }
  }

  private static func refusal(_ path: String, _ source: inout png_memory_file) -> TextFileError {
    let problem = withUnsafeBytes(of: &source.problem) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return .input(path, "this is no PNG file that can be read (\(problem)); save the picture again as PNG")
  }
}

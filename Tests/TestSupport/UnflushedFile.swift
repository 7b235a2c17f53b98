import Foundation

/// Files that are written without flushing them to disk: Foundation flushes each, which takes longer than most tests.
public enum UnflushedFile {
  /// Writes a whole file, in place of one that is there.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(descriptor) }
    try Array(bytes).withUnsafeBytes { buffer in
      var place = 0
      while place < buffer.count {
        let count = Foundation.write(descriptor, buffer.baseAddress.map { $0 + place }, buffer.count - place)
        guard count > 0 else { throw CocoaError(.fileWriteUnknown) }
        place += count
      }
    }
  }
}

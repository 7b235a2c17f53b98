import Basics

/// The mark of texts that people write.
public enum TextFileOrigin {}

/// Why a text that a person wrote, such as a configuration, cannot be used: one sentence that names the file and, where
/// one is to blame, the line.
public typealias TextFileError = Refusal<TextFileOrigin>

extension TextFileError {
  /// Makes an error of a file at one of its lines, counted from 1.
  public static func input(_ path: String, line: Int, _ problem: String) -> TextFileError {
    TextFileError("\(path): line \(line): \(problem)")
  }

  /// Makes an error of a file as a whole.
  public static func input(_ path: String, _ problem: String) -> TextFileError {
    TextFileError("\(path): \(problem)")
  }
}

import Foundation

/// The operating system's own words for its error codes.
public enum SystemError {
  /// Returns the words for a code such as `errno`, as they go into a sentence: "no such file or directory".
  public static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}

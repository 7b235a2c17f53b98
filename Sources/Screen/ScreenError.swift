import Basics

/// The mark of what a screen refuses.
public enum ScreenOrigin {}

/// Why a screen cannot start or go on: one sentence for the person who started it.
public typealias ScreenError = Refusal<ScreenOrigin>

extension ScreenError {
  /// Makes an error of a file at one of its lines, counted from 1.
  static func input(_ path: String, line: Int, _ problem: String) -> ScreenError {
    ScreenError("\(path): line \(line): \(problem)")
  }

  /// Makes an error of a file as a whole.
  static func input(_ path: String, _ problem: String) -> ScreenError {
    ScreenError("\(path): \(problem)")
  }
}

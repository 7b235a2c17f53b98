import Foundation

/// Standard output for what a person asked for, standard error for everything else.
enum Console {
  /// Prints what a person asked for; throws an `OutputError` where it cannot all be written, as on a full disk.
  static func result(_ text: String) throws(OutputError) {
    do {
      try OutputStream.standardOutput.write(Array((text + "\n").utf8))
    } catch {
      // A reader that has seen enough, as `head` has, is no failure of ours.
      guard error.code != EPIPE else { return }
      throw OutputError("cannot write to standard output: \(error); make room and run the same command again")
    }
  }

  /// Says something; where standard error takes nothing there is nobody to tell.
  static func note(_ text: String) { write(text + "\n") }

  /// Writes to standard error as it is, for lines that are written over.
  static func write(_ text: String) { try? OutputStream.standardError.write(Array(text.utf8)) }
}

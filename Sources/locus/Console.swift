import Foundation

/// Standard output for what a person asked for, standard error for everything else.
enum Console {
  static func result(_ text: String) { write(text + "\n", to: .standardOutput) }

  static func note(_ text: String) { write(text + "\n", to: .standardError) }

  static func write(_ text: String, to file: FileHandle) {
    // A closed pipe, as after `| head`, is no failure of ours.
    try? file.write(contentsOf: Data(text.utf8))
  }
}

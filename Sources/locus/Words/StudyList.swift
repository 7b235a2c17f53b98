import Foundation
import Studies

/// The studies in words: a list of them, and a template of a section.
enum StudyList {
  static var names: [String] { Studies.all.map { $0.name } }

  /// A study a line, with what it asks and where it comes from.
  static var text: String {
    let width = names.map(\.count).max() ?? 0
    return Studies.all.map { study in
      "\(study.name.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(study.question)\n"
        + String(repeating: " ", count: width + 2) + "(\(study.source))"
    }.joined(separator: "\n")
  }

  /// A paragraph a study, for help.
  static var paragraphs: String { Studies.all.map { "  \($0.name): \($0.question)" }.joined(separator: "\n\n") }

  /// A configuration with one section, each key with what it means; keys that may be left out are comments.
  static func template(of study: any Study.Type) -> String {
    let lines = study.keys.map { key in
      "    \(key.isRequired ? "" : "# ")\(key.name): \(key.example)  # \(key.meaning)"
    }
    return """
      model: MODEL                    # a folder in Hugging Face layout, a GGUF file or a llama2.c file
      texts:
        NAME: TEXT                    # a text file, a folder of them, or JSON Lines with text or tokens
      window: 128                     # tokens of a row, the begin token included
      studies:
        # \(study.question)
        \(study.name):
      \(lines.joined(separator: "\n"))
      """
  }
}

import Configuration
import Weights

/// A file that could not be read where one of another kind is wanted.
package struct MisplacedFile {
  /// What is wanted, to follow "name": "the YAML file that says what to screen".
  let wanted: String
  /// Kinds of files that may well be what is wanted, with a mistake in them.
  let plausible: [FileKind]

  /// The file that is wanted is a configuration.
  package static let configuration = MisplacedFile(
    wanted: "the YAML file that says what to screen", plausible: [.yaml, .json])
  /// The file that is wanted has inputs.
  package static let inputs = MisplacedFile(
    wanted: "a file of JSON lines, one object with id, task and prompt on a line", plausible: [.jsonLines, .json])
  /// The file that is wanted lists mutations.
  package static let list = MisplacedFile(
    wanted: "a table of mutations (CSV) or a results file, whose name ends in .h5", plausible: [.table])

  /// Runs `body`, which reads the file at `path`. Where it fails and the file is of a kind that is not wanted, the
  /// error says so in place of what the reader stumbled over.
  package func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as TextFileError {
      throw refusal(of: path) ?? error
    }
  }

  private func refusal(of path: String) -> TextFileError? {
    let kind = FileKind(path: path)
    switch kind {
    case .absent, .unreadable, .text, .unknown: return nil
    case _ where plausible.contains(kind): return nil
    default: return .input(path, "this is \(kind.phrase); \(kind.remedy ?? "name \(wanted)")")
    }
  }
}

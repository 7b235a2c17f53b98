import Basics
import Configuration
import Tokenizers
import Transformer

/// Reads the inputs of a screen: JSON Lines, one object a line.
public enum InputsFile {
  private static let fileLimit = 1 << 30
  private static let lineLimit = 1 << 24
  private static let countLimit = 65_535

  /// Reads the file at `path`: all inputs, or the first `perTask` of every task, in the order of the file.
  ///
  /// Every prompt fits into the model: its tokens are in the vocabulary, and with `stepCount` steps it is not
  /// longer than the context. Throws a `TextFileError` that names the line.
  public static func load(
    path: String, tokenizer: any Tokenizer, perTask: Int?, model: LlamaConfiguration, stepCount: Int
  ) throws -> [ScreenInput] {
    let bytes = try BoundedFile.read(path: path, limit: fileLimit, throwing: TextFileError.self)
    let preparation = InputPreparation(path: path, tokenizer: tokenizer, model: model, stepCount: stepCount)
    var inputs: [ScreenInput] = []
    var firstLines: [String: Int] = [:]
    var taskCounts: [String: Int] = [:]
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let text = bytes[start..<end]
      start = end + 1
      number += 1
      guard let line = try line(text, path: path, number: number) else { continue }
      if let first = firstLines.updateValue(number, forKey: line.id) {
        throw TextFileError.input(
          path, line: number, "id: \(line.id.quoted) is the id of line \(first) too; give every input its own")
      }
      // An input that is left out is not asked to fit the model.
      let count = taskCounts[line.task, default: 0] + 1
      taskCounts[line.task] = count
      guard count <= perTask ?? Int.max else { continue }
      guard inputs.count < countLimit else {
        throw TextFileError.input(
          path, line: number, "there are more than \(countLimit) inputs; remove some or set inputs_per_task")
      }
      inputs.append(try preparation.input(line, number: number))
    }
    guard !inputs.isEmpty else {
      throw TextFileError.input(path, "there are no inputs; write one JSON object with id, task and prompt on a line")
    }
    return inputs
  }

  // MARK: Lines

  /// The content of a line, nil when it is blank.
  private static func line(_ text: ArraySlice<UInt8>, path: String, number: Int) throws -> InputLine? {
    let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
    if text.allSatisfy({ blanks.contains($0) }) { return nil }
    guard text.count <= lineLimit else {
      throw TextFileError.input(
        path, line: number, "the line has \(text.count) bytes, and at most \(lineLimit) are read")
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      throw TextFileError.input(path, line: number, "the text is not UTF-8; save the file as UTF-8")
    }
    return try InputLine.read(text, path: path, number: number)
  }
}

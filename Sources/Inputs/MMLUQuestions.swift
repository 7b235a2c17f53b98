import Configuration
import Foundation
import Tokenizers
import Transformer

/// The questions of some subjects of MMLU as inputs, in the order of the subjects and of their files.
package struct MMLUQuestions {
  /// A row of a file: a question, four choices, the letter of the right one.
  private struct Question {
    let subject: String
    let path: String
    let line: Int
    /// The question's number in its file, from 1 up.
    let number: Int
    let text: String
    let choices: [String]
    let answer: String

    /// As evaluations of MMLU write it, up to where the letter follows.
    var prompt: String {
      let lines = choices.enumerated().map { "\n\(LetterChoice.letter(of: $0)). \($1)" }
      return text + lines.joined() + "\nAnswer:"
    }
  }

  /// What a prompt is made of, for people.
  package static let template =
    "The following are multiple choice questions (with answers) about SUBJECT.\n\n"
    + "[SOLVED QUESTION\nA. CHOICE\nB. CHOICE\nC. CHOICE\nD. CHOICE\nAnswer: LETTER\n\n]"
    + "QUESTION\nA. CHOICE\nB. CHOICE\nC. CHOICE\nD. CHOICE\nAnswer:"

  private static let choiceCount = 4
  private static let fileLimit = 1 << 26

  private let questions: [Question]
  private let solved: [String: [Question]]
  private let shotCount: Int
  private let tokenizer: any Tokenizer
  private let model: HostShape
  private let stepCount: Int

  /// The number of questions.
  package var count: Int { questions.count }

  /// Reads `dev/SUBJECT_dev.csv` and `test/SUBJECT_test.csv` of every subject.
  package init(_ mmlu: MMLU, tokenizer: any Tokenizer, model: HostShape, stepCount: Int) throws {
    var (questions, solved): ([Question], [String: [Question]]) = ([], [:])
    for subject in try mmlu.subjects ?? MMLUQuestions.subjects(in: mmlu.folder) {
      questions += try MMLUQuestions.read("\(mmlu.folder)/test/\(subject)_test.csv", subject)
      guard mmlu.shotCount > 0 else { continue }
      let path = "\(mmlu.folder)/dev/\(subject)_dev.csv"
      let examples = try MMLUQuestions.read(path, subject)
      guard examples.count >= mmlu.shotCount else {
        throw TextFileError.input(
          path, "it has \(examples.count) solved questions, and inputs.shots asks for \(mmlu.shotCount); set it lower")
      }
      solved[subject] = Array(examples.prefix(mmlu.shotCount))
    }
    self.questions = questions
    self.solved = solved
    shotCount = mmlu.shotCount
    self.tokenizer = tokenizer
    self.model = model
    self.stepCount = stepCount
  }

  // MARK: Inputs

  /// A question as an input: with fewer solved questions in front where it would not fit into the model's context, and
  /// nil where it does not fit without any.
  package func input(_ index: Int) throws -> ScreenInput? {
    let question = questions[index]
    let preparation = InputPreparation(
      path: question.path, tokenizer: tokenizer, model: model, stepCount: stepCount)
    for shots in (0...shotCount).reversed() {
      let prompt = prompt(question, shots: shots)
      guard preparation.fits(try tokenizer.encode(prompt)) else { continue }
      let line = InputLine(
        id: "\(question.subject)-\(question.number)", task: question.subject, prompt: .text(prompt),
        answer: question.answer,
        // Choices are kept one a line.
        choices: question.choices.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") })
      return try preparation.input(line, number: question.line)
    }
    return nil
  }

  private func prompt(_ question: Question, shots: Int) -> String {
    let subject = question.subject.replacing("_", with: " ")
    let examples = solved[question.subject, default: []].prefix(shots).map { "\($0.prompt) \($0.answer)\n\n" }
    return "The following are multiple choice questions (with answers) about \(subject).\n\n" + examples.joined()
      + question.prompt
  }

  // MARK: Reading

  private static func subjects(in folder: String) throws -> [String] {
    let suffix = "_test.csv"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/test")) ?? []
    let subjects = names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    guard !subjects.isEmpty else {
      throw TextFileError.input(
        folder, "there is no file test/SUBJECT\(suffix); name the folder of MMLU that holds dev and test")
    }
    return subjects
  }

  private static func read(_ path: String, _ subject: String) throws -> [Question] {
    try CSVFile.rows(path: path, limit: fileLimit).enumerated().map { index, row in
      let letters = (0..<choiceCount).map { LetterChoice.letter(of: $0) }
      guard row.fields.count == choiceCount + 2, row.fields.allSatisfy({ !$0.isEmpty }),
        letters.contains(row.fields[choiceCount + 1])
      else {
        throw TextFileError.input(
          path, line: row.line,
          "this is no question of MMLU; write the question, four choices and the letter of the right one, from A to D")
      }
      return Question(
        subject: subject, path: path, line: row.line, number: index + 1, text: row.fields[0],
        choices: Array(row.fields[1...choiceCount]), answer: row.fields[choiceCount + 1])
    }
  }
}

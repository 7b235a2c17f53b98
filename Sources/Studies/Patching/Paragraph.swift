/// A paragraph, and the text before it, whose last token opens it.
struct Paragraph: Equatable, Sendable {
  /// The line of the file, counted from 1.
  let line: Int
  /// What kind of text it is; empty where the line does not say.
  let task: String
  /// The tokens before the paragraph, that which begins a text included if the model has one.
  let before: [Int32]
  /// The tokens of the paragraph.
  let after: [Int32]
  /// The number of the paragraph whose activations are the mismatched ones; nil where there is no other of its kind.
  let other: Int?
}

/// Paragraphs as a study works with them: how each is cut, for so many transplanted tokens.
struct Paragraphs: Sendable {
  /// The paragraphs in the order of the file.
  let rows: [Paragraph]
  /// The token that begins a text, if the model has one.
  let begin: [Int32]
  /// How many last tokens of the text before a paragraph are transplanted.
  let count: Int

  /// The tokens whose activations are transplanted.
  func opening(_ row: Int) -> ArraySlice<Int32> { rows[row].before.suffix(count) }

  /// The context that holds nothing but the opening tokens.
  func neutral(_ row: Int) -> [Int32] { begin + opening(row) }

  /// The positions of the opening tokens in the neutral context.
  var places: Range<Int> { begin.count..<begin.count + count }

  /// The positions of the opening tokens in their own text.
  func sources(_ row: Int) -> Range<Int> { rows[row].before.count - count..<rows[row].before.count }

  /// Tokens of the longest text, with its continuation of so many tokens.
  func longest(steps: Int) -> Int {
    rows.map { $0.before.count + max($0.after.count, steps) + count + 1 }.max() ?? 1
  }

  /// The tasks, each once, in the order of the file; a single one where lines do not differ in theirs.
  var tasks: [String] { rows.reduce(into: []) { if !$0.contains($1.task) { $0.append($1.task) } } }

  /// The paragraphs of a task.
  func rows(ofTask task: String) -> [Int] { rows.indices.filter { rows[$0].task == task } }
}

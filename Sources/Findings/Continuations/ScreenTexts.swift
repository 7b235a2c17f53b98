/// What a screen asks, what its model says without a mutation, and how tokens read.
public struct ScreenTexts: Sendable {
  /// An input with the baseline's continuation.
  public struct Input: Sendable {
    public let id: String
    /// The input's task.
    public let task: String
    /// The prompt's text.
    public let prompt: String
    /// The baseline's continuation.
    public let baseline: [Int32]
    /// What a right continuation says; empty: nothing is known of right and wrong.
    public let answer: String
    /// The number of the right choice; nil where there are no choices.
    public let answerChoice: UInt8?
    /// The baseline's choice; nil where there are no choices.
    public let baselineChoice: UInt8?

    /// Takes an input and its baseline, in tokens.
    public init(
      id: String, task: String, prompt: String, baseline: [Int32], answer: String = "", answerChoice: UInt8? = nil,
      baselineChoice: UInt8? = nil
    ) {
      self.id = id
      self.task = task
      self.prompt = prompt
      self.baseline = baseline
      self.answer = answer
      self.answerChoice = answerChoice
      self.baselineChoice = baselineChoice
    }
  }

  /// The inputs in the order of the file.
  public let inputs: [Input]
  /// The distinct tasks, in the order in which the inputs first name them.
  public let tasks: [String]
  /// The number of each input's task in `tasks`.
  public let taskOfInput: [Int]
  private let decode: @Sendable (ArraySlice<Int32>) -> String

  /// `text` is the text of the tokens of a continuation.
  public init(inputs: [Input], text: @escaping @Sendable (ArraySlice<Int32>) -> String) {
    var tasks: [String] = []
    taskOfInput = inputs.map { input in
      if let task = tasks.firstIndex(of: input.task) { return task }
      tasks.append(input.task)
      return tasks.count - 1
    }
    self.inputs = inputs
    self.tasks = tasks
    decode = text
  }

  /// The text that tokens add to a prompt.
  public func text(of tokens: ArraySlice<Int32>) -> String { decode(tokens) }

  /// The baseline's continuation of an input as text.
  public func baseline(input: Int) -> String { decode(inputs[input].baseline.prefix { $0 >= 0 }) }

  /// The inputs of a task.
  public func inputs(ofTask task: Int) -> [Int] { taskOfInput.indices.filter { taskOfInput[$0] == task } }
}

import Basics
import Perturbations
import Transformer

/// All that a results file says besides the phenotypes: known before the first unit is evaluated.
public struct ScreenDescription: Sendable {
  /// One input as it was screened.
  public struct Input: Sendable {
    public let id: String
    public let task: String
    public let prompt: String
    public let tokens: [Int32]
    /// Empty: none.
    public let answer: String
    public let choices: [String]
    /// Which choice the answer is; `LetterChoice.none`: none.
    public let answerChoice: UInt8

    public init(
      id: String, task: String, prompt: String, tokens: [Int32], answer: String = "", choices: [String] = [],
      answerChoice: UInt8 = LetterChoice.none
    ) {
      self.id = id
      self.task = task
      self.prompt = prompt.withoutZeros
      self.tokens = tokens
      self.answer = answer.withoutZeros
      self.choices = choices.map(\.withoutZeros)
      self.answerChoice = answerChoice
    }
  }

  /// The baseline's continuation of one input.
  public struct Continuation: Sendable {
    public let tokens: [Int32]
    public let text: String
    /// Best minus second score at each step.
    public let margins: [Float]
    /// The choice whose letter scores best; `LetterChoice.none` without choices.
    public let choice: UInt8

    public init(tokens: [Int32], text: String, margins: [Float], choice: UInt8 = LetterChoice.none) {
      self.tokens = tokens
      self.text = text.withoutZeros
      self.margins = margins
      self.choice = choice
    }
  }

  /// One start of the screen: a screen that was interrupted has several.
  public struct Start: Sendable {
    /// UTC, ISO 8601.
    public let time: String
    public let commandLine: String
    /// Names with commas between them.
    public let hosts: String
    /// The batch system's number of the job; empty outside of one.
    public let job: String
    public let ranks: Int
    public let threads: Int
    /// Units that were finished before.
    public let unitsBefore: Int

    public init(
      time: String, commandLine: String, hosts: String, job: String, ranks: Int, threads: Int, unitsBefore: Int
    ) {
      self.time = time
      self.commandLine = commandLine
      self.hosts = hosts
      self.job = job
      self.ranks = ranks
      self.threads = threads
      self.unitsBefore = unitsBefore
    }
  }

  public let inputs: [Input]
  public let baseline: [Continuation]
  public var mutationCount: Int
  public var unitCount: Int
  public let stepCount: Int
  public let componentCount: Int
  public let recording: RecordedColumns
  /// nil where choices are not recorded.
  public let choiceProtocol: ChoiceProtocol?
  /// Of the model; nil where a file that is written again does not say.
  public let shapes: MatrixShapes?
  /// Of blocks as wide as the regions; nil where these have several widths.
  public let drive: InputSums?
  /// Of the screen's tokenizer; nil: the file has none.
  public let vocabulary: TokenTexts?
  public var provenance: Provenance
  /// The numbers of the kinds that have one.
  public let parameters: KindParameters
  /// In order; where there are none the file has no group for them.
  public let starts: [Start]
  /// Whether the continuations of mutants are in the file as texts, besides their tokens.
  public var hasTextStrings = false

  public init(
    inputs: [Input], baseline: [Continuation], mutationCount: Int, unitCount: Int, stepCount: Int,
    componentCount: Int, recording: RecordedColumns, choiceProtocol: ChoiceProtocol? = nil,
    shapes: MatrixShapes? = nil, drive: InputSums? = nil,
    vocabulary: TokenTexts? = nil, provenance: Provenance, parameters: KindParameters = KindParameters(),
    starts: [Start] = []
  ) {
    self.inputs = inputs
    self.baseline = baseline
    self.mutationCount = mutationCount
    self.unitCount = unitCount
    self.stepCount = stepCount
    self.componentCount = componentCount
    self.recording = recording
    self.choiceProtocol = choiceProtocol
    self.shapes = shapes
    self.drive = drive
    self.vocabulary = vocabulary
    self.provenance = provenance
    self.parameters = parameters
    self.starts = starts
  }

  /// Of the file, for people.
  var title: String {
    "Screen of \(provenance.modelName)\(provenance.progress.map { ", \($0.words)" } ?? ""): \(mutationCount) "
      + "mutations, \(inputs.count) inputs, \(stepCount) steps"
  }

  /// An empty table of the file's columns.
  public func emptyTable(rows: Int) -> Phenotypes {
    Phenotypes(
      mutationCount: rows, inputCount: inputs.count, stepCount: stepCount, componentCount: componentCount,
      recording: recording)
  }
}

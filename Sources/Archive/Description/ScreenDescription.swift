import Basics
import Perturbations
import Transformer

/// All that a results file says besides the phenotypes: known before the first unit is evaluated.
public struct ScreenDescription: Sendable {
  /// One input as it was screened.
  public struct Input: Sendable {
    public let id: String
    /// The input's task.
    public let task: String
    /// The prompt's text.
    public let prompt: String
    /// The prompt's tokens.
    public let tokens: [Int32]
    /// Empty: none.
    public let answer: String
    /// The choices; empty: none.
    public let choices: [String]
    /// The number of the choice that is the answer; `LetterChoice.none`: none.
    public let answerChoice: UInt8

    /// Takes an input as it was read; zero bytes of texts are left out.
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
    /// The continuation's tokens.
    public let tokens: [Int32]
    /// The continuation's text.
    public let text: String
    /// Best minus second score at each step.
    public let margins: [Float]
    /// The choice whose letter scores best; `LetterChoice.none` without choices.
    public let choice: UInt8

    /// Takes the baseline's continuation of one input.
    public init(tokens: [Int32], text: String, margins: [Float], choice: UInt8 = LetterChoice.none) {
      self.tokens = tokens
      self.text = text.withoutZeros
      self.margins = margins
      self.choice = choice
    }
  }

  /// The inputs in order.
  public let inputs: [Input]
  /// The baseline's continuation of each input.
  public let baseline: [Continuation]
  /// Mutations in the file.
  public var mutationCount: Int
  /// Units in the file.
  public var unitCount: Int
  /// Steps of a continuation.
  public let stepCount: Int
  /// Components of a direction; 0 if none is recorded.
  public let componentCount: Int
  /// The columns that are recorded.
  public let recording: RecordedColumns
  /// nil where choices are not recorded.
  public let choiceProtocol: ChoiceProtocol?
  /// The shapes of the model's matrices; nil where a file that is written again does not say.
  public let shapes: MatrixShapes?
  /// Sums of inputs over blocks as wide as the regions; nil where these have several widths.
  public let drive: InputSums?
  /// The bytes of the tokenizer's tokens; nil: the file has none.
  public let vocabulary: TokenTexts?
  /// The file's root attributes.
  public var provenance: Provenance
  /// The numbers of the kinds that have one.
  public let parameters: KindParameters
  /// The starts of the screen in order; where there are none the file has no group for them.
  public let starts: [RunStart]
  /// Whether the continuations of mutants are in the file as texts, besides their tokens.
  public var hasTextStrings = false

  /// Takes everything that a results file says besides its phenotypes.
  public init(
    inputs: [Input], baseline: [Continuation], mutationCount: Int, unitCount: Int, stepCount: Int,
    componentCount: Int, recording: RecordedColumns, choiceProtocol: ChoiceProtocol? = nil,
    shapes: MatrixShapes? = nil, drive: InputSums? = nil,
    vocabulary: TokenTexts? = nil, provenance: Provenance, parameters: KindParameters = KindParameters(),
    starts: [RunStart] = []
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

  /// Tokens of the longest prompt; at least 1, so that images, which have none, leave a column too.
  static func promptWidth(_ inputs: [Input]) -> Int { max(1, inputs.map(\.tokens.count).max() ?? 0) }

  /// Whether mutations may be of matrices outside of the layers.
  var hasOuter: Bool { shapes?.matrices.contains(where: \.isOuter) ?? false }

  /// The names that matrices have in the file.
  var matrixNames: CodeNames { hasOuter ? .allMatrices : .matrices }

  /// What the numbers of layers are.
  var layerMeaning: String {
    "layer of the mutated matrix" + (hasOuter ? ", \(Region.outside) of matrices outside of the layers" : "")
  }

  /// The file's title, for people.
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

import Mutagenesis

/// All that a results file says besides the phenotypes: known before the first unit is evaluated.
public struct ScreenDescription: Sendable {
  /// One input as it was screened.
  public struct Input: Sendable {
    public let id: String
    public let task: String
    public let prompt: String
    public let tokens: [Int32]

    public init(id: String, task: String, prompt: String, tokens: [Int32]) {
      self.id = id
      self.task = task
      self.prompt = prompt
      self.tokens = tokens
    }
  }

  /// The baseline's continuation of one input.
  public struct Continuation: Sendable {
    public let tokens: [Int32]
    public let text: String
    /// Best minus second score at each step.
    public let margins: [Float]

    public init(tokens: [Int32], text: String, margins: [Float]) {
      self.tokens = tokens
      self.text = text
      self.margins = margins
    }
  }

  public let inputs: [Input]
  public let baseline: [Continuation]
  public let mutationCount: Int
  public let unitCount: Int
  public let stepCount: Int
  public let componentCount: Int
  public let recording: Recording
  public var provenance: Provenance

  public init(
    inputs: [Input], baseline: [Continuation], mutationCount: Int, unitCount: Int, stepCount: Int,
    componentCount: Int, recording: Recording, provenance: Provenance
  ) {
    self.inputs = inputs
    self.baseline = baseline
    self.mutationCount = mutationCount
    self.unitCount = unitCount
    self.stepCount = stepCount
    self.componentCount = componentCount
    self.recording = recording
    self.provenance = provenance
  }

  /// An empty table of the file's columns.
  public func emptyTable(rows: Int) -> Phenotypes {
    Phenotypes(
      mutationCount: rows, inputCount: inputs.count, stepCount: stepCount, componentCount: componentCount,
      recording: recording)
  }
}

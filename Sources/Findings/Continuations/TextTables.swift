import Perturbations
import Statistics

/// All that the analyses of texts need of a results file, taken in in one pass in canonical order.
public struct TextTables: Sendable {
  /// The phenotypes of some consecutive mutations.
  public struct Slab: Sendable {
    /// Verdicts and divergences of some mutations.
    public let verdicts: VerdictSlab
    /// Mutants' continuations `[mutation, input, step]`, −1 where silent and after the end; nil where the continuations
    /// were taken in before.
    public let tokens: [Int32]?
    /// Nats `[mutation, input]`; nil where not recorded.
    public let logPerplexityChange: [Float]?
    /// The choice with the largest score `[mutation, input]`, 255 where the input has none; nil where not recorded.
    public let choices: [UInt8]?

    /// Takes some mutations as they were read, one row each; nil for what is not recorded.
    public init(
      verdicts: VerdictSlab, tokens: [Int32]?, logPerplexityChange: [Float]? = nil, choices: [UInt8]? = nil
    ) {
      self.verdicts = verdicts
      self.tokens = tokens
      self.logPerplexityChange = logPerplexityChange
      self.choices = choices
    }
  }

  /// Inputs, baselines and the vocabulary.
  public let texts: ScreenTexts
  /// The mutations that were read.
  public private(set) var mutations = MutationColumns()
  /// Their continuations.
  public private(set) var continuations: Continuations
  /// The mean divergence in nats on the inputs of each task, `[task][mutation]`; not a number where there is
  /// none.
  public private(set) var divergence: [[Float]]
  /// The mean change of log perplexity in nats on the inputs of each task, `[task][mutation]`; not a number where there
  /// is none.
  public private(set) var logPerplexityChange: [[Float]]
  /// Verdicts whose choice is not the baseline's, `[combination, task]`.
  public private(set) var choicesChanged: [Proportion] = []
  /// Verdicts whose choice is wrong, where the baseline's is right, `[combination, task]`.
  public private(set) var choicesTurnedWrong: [Proportion] = []
  private let inputsOfTask: [[Int]]

  /// Begins with no mutation; room is made for `mutationCount`.
  public init(_ texts: ScreenTexts, stepCount: Int, mutationCount: Int = 0) {
    self.init(
      texts,
      Continuations(inputCount: texts.inputs.count, stepCount: stepCount, mutationCount: mutationCount))
  }

  /// Begins with no mutation, but with the continuations of those that will come.
  init(_ texts: ScreenTexts, _ continuations: Continuations) {
    self.texts = texts
    inputsOfTask = texts.tasks.indices.map { texts.inputs(ofTask: $0) }
    self.continuations = continuations
    divergence = Array(repeating: [], count: inputsOfTask.count)
    logPerplexityChange = divergence
  }

  /// Takes in the next mutations.
  public mutating func add(_ slab: Slab) {
    let verdicts = slab.verdicts
    precondition(verdicts.inputCount == texts.inputs.count, "verdicts on the same inputs")
    if let tokens = slab.tokens { continuations.add(firstChange: verdicts.firstChange, tokens: tokens) }
    for (row, mutation) in verdicts.mutations.enumerated() {
      mutations.append(mutation)
      makeRoom()
      let start = Int(mutations.places[mutations.count - 1]) * inputsOfTask.count
      for (task, inputs) in inputsOfTask.enumerated() {
        let first = row * verdicts.inputCount
        divergence[task].append(TextTables.mean(of: verdicts.divergence, inputs, first))
        logPerplexityChange[task].append(TextTables.mean(of: slab.logPerplexityChange, inputs, first))
        if let choices = slab.choices { add(choices, inputs, first: first, to: start + task) }
      }
    }
  }

  private mutating func makeRoom() {
    let missing = mutations.combinations.count * inputsOfTask.count - choicesChanged.count
    guard missing > 0 else { return }
    choicesChanged += Array(repeating: Proportion(), count: missing)
    choicesTurnedWrong += Array(repeating: Proportion(), count: missing)
  }

  private mutating func add(_ choices: [UInt8], _ inputs: [Int], first: Int, to place: Int) {
    for input in inputs {
      guard let baseline = texts.inputs[input].baselineChoice else { continue }
      let hasChanged = choices[first + input] != baseline
      choicesChanged[place].total += 1
      choicesChanged[place].count += hasChanged ? 1 : 0
      guard baseline == texts.inputs[input].answerChoice else { continue }
      choicesTurnedWrong[place].total += 1
      choicesTurnedWrong[place].count += hasChanged ? 1 : 0
    }
  }

  /// The mean of those values of some inputs that are numbers; not a number if there are none.
  private static func mean(of values: [Float]?, _ inputs: [Int], _ first: Int) -> Float {
    guard let values else { return .nan }
    var (sum, count) = (0.0, 0)
    for input in inputs where values[first + input].isFinite {
      sum += Double(values[first + input])
      count += 1
    }
    return count > 0 ? Float(sum / Double(count)) : .nan
  }
}

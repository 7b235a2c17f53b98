/// One step of a block: it computes some slots of a panel from others.
///
/// A kind of step is one file that says how it runs forward, how gradients are pulled back through it and tangents
/// pushed forward, what a change of its input reaches, and what it costs. Everything else that is known of a block is
/// read off its list of steps.
public protocol Step: Sendable {
  /// The slots that it reads. A product that is added to the residual stream reads that too, behind its own input.
  var inputs: [Slot] { get }
  /// The slots that it writes.
  var outputs: [Slot] { get }
  /// The slots that this step fixes the width of, in floats of a row.
  var widths: [Slot: Int] { get }
  /// The tensors that it needs, by names behind those of the layer, such as `mlp.up_proj.weight`, with their shapes.
  var tensors: [StepTensor] { get }
  /// The step as an equation of the slots' letters.
  var equation: String { get }

  // MARK: Forward

  /// Computes the outputs at the rows of `work` from the inputs there; `index` is the place of the step in the block.
  func forward(_ work: BlockWork, at index: Int)

  // MARK: Derivatives

  /// Takes the gradients of its outputs to gradients of its inputs, which are added to those that later steps have left
  /// there, and to gradients of its weights where they are wanted.
  func pullBack(_ work: DerivativeWork, at index: Int)

  /// Takes the tangents of its inputs to those of its outputs.
  func pushForward(_ work: DerivativeWork, at index: Int)

  // MARK: Reach

  /// Where a change of some columns of an input is found behind the step, all other inputs being as they were.
  func reach(of columns: Range<Int>, in input: Slot) -> Reach

  // MARK: Cost

  /// Elements of weight matrices that a row is multiplied with.
  var matrixElements: Double { get }
}

/// What a change of some columns of a step's input reaches.
public enum Reach: Equatable, Sendable {
  /// It reaches these columns of an output, and nothing else.
  case columns(Range<Int>, of: Slot)
  /// It reaches all columns.
  case everywhere
}

/// A tensor that a step needs.
public struct StepTensor: Equatable, Sendable {
  /// The name behind the layer's, such as `mlp.up_proj.weight`.
  public let name: String
  /// The shape that the file must have.
  public let shape: [Int]
  /// What every element is where nothing has been learned, so that the step leaves numbers as they are: 1 for the gain
  /// of a norm, 0 for a bias. nil for a matrix, whose elements are random then.
  public let neutral: Float?

  init(_ name: String, _ shape: [Int], neutral: Float? = nil) {
    self.name = name
    self.shape = shape
    self.neutral = neutral
  }

  /// The same tensor under its name in a whole model.
  func named(_ name: String) -> StepTensor { StepTensor(name, shape, neutral: neutral) }

  /// The number of its elements.
  public var elementCount: Int { shape.reduce(1, *) }
}

extension Step {
  public var widths: [Slot: Int] { [:] }
  public var tensors: [StepTensor] { [] }
  public var matrixElements: Double { 0 }
}

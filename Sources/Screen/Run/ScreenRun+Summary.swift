import LinearAlgebra
import MessagePassing
import Runs
import Transformer

extension ScreenRun {
  /// What a run did and took.
  public struct Summary: Sendable {
    /// Units of the screen.
    public let unitCount: Int
    /// Units that earlier starts had finished.
    public let unitsBefore: Int
    /// Units that are finished now.
    public var unitsDone = 0
    /// Bytes of the journal that were cut short and left out.
    public let droppedByteCount: Int
    /// Why it stopped before all units were finished; nil if the results file is written.
    public var stopReason: String?
    /// Wall seconds of evaluating units, first to last.
    public var screenSeconds = 0.0
    /// Wall seconds of writing the file.
    public var gatherSeconds = 0.0
    /// Mutations of the screen.
    public var mutationCount = 0
    /// Mutations that this start evaluated.
    public var mutationsEvaluated = 0
    /// Non-silent verdicts.
    public var nonSilentCount = 0
    /// Verdicts of all mutations and inputs.
    public var verdictCount = 0
    /// Costs of all ranks together.
    public var costs = UnitCosts()
    /// Operations of all verdicts if nothing is left out.
    public var operationsNeeded = Operations()
    /// Bytes that all ranks have in memory at the end but for mapped files, memory that they share counted by each.
    public var residentBytes = 0

    init(unitCount: Int, unitsBefore: Int, droppedByteCount: Int) {
      self.unitCount = unitCount
      self.unitsBefore = unitsBefore
      self.droppedByteCount = droppedByteCount
    }
  }
}

/// What evaluating units cost.
public struct UnitCosts: Sendable {
  /// Processor seconds of the units.
  public internal(set) var processorSeconds = 0.0
  /// Processor seconds in matrix products, where parts are measured.
  public private(set) var productSeconds = 0.0
  /// Processor seconds in attention, where parts are measured.
  public private(set) var attentionSeconds = 0.0
  /// Wall seconds of writing the journal and flushing it to disk.
  public internal(set) var journalSeconds = 0.0
  /// The floating-point operations of this start.
  public private(set) var operations = Operations()

  private var operationsBefore = Operations()

  mutating func begin(_ generation: Generation, measuringParts: Bool) {
    operationsBefore = generation.pass.operations.done
    guard measuringParts else { return }
    generation.pass.workspace.seconds = 0
    generation.pass.operations.attentionSeconds = 0
  }

  mutating func end(_ generation: Generation) {
    operations = generation.pass.operations.done - operationsBefore
    productSeconds = generation.pass.workspace.seconds ?? 0
    attentionSeconds = generation.pass.operations.attentionSeconds ?? 0
  }

  /// Returns the sums over all ranks. Collective.
  func sum(_ communicator: Communicator) throws -> UnitCosts {
    let sums = try communicator.allReduce(
      [
        processorSeconds, productSeconds, attentionSeconds, journalSeconds, operations.blocks, operations.attention,
        operations.head, operations.corrections,
      ], .sum)
    var total = UnitCosts()
    total.processorSeconds = sums[0]
    total.productSeconds = sums[1]
    total.attentionSeconds = sums[2]
    total.journalSeconds = sums[3]
    (total.operations.blocks, total.operations.attention) = (sums[4], sums[5])
    (total.operations.head, total.operations.corrections) = (sums[6], sums[7])
    return total
  }
}

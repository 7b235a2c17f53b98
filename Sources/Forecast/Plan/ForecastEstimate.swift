import Perturbations
import Screen
import Transformer

/// What a forecast costs, before it is run.
public struct ForecastEstimate: Sendable {
  /// The share of a screen's speed that backward passes of single inputs usually reach.
  public static let usualEfficiency = 0.5

  /// Backward passes of all inputs.
  public let passCount: Int
  /// Floating-point operations, at most.
  public let operations: Double
  /// Bytes of the file before compression, about.
  public let outputBytes: Double
  /// The sizes of the maps.
  public let sizes: [RegionSize]

  /// Estimates the forecast of a plan for prompts of these lengths; throws what a forecast would refuse.
  public init(_ configuration: ScreenConfiguration, plan: UnitPlan, shape: HostShape, promptLengths: [Int]) throws {
    let own = try ForecastPlan(plan, shape: shape, settings: configuration.forecast)
    let cost = ForecastCost(shape: shape, stepCount: configuration.stepCount, settings: configuration.forecast)
    passCount = promptLengths.count * cost.passCount
    operations = own.groups.indices.reduce(0) { sum, group in
      promptLengths.reduce(sum) { $0 + cost.operations(own, group: group, prompt: $1) }
    }
    let pairs = Double(plan.mutationCount) * Double(promptLengths.count) * 3
    outputBytes =
      4 * (pairs + own.grids.reduce(0) { $0 + 3 * Double($1.mutationCount) }) + 22 * Double(plan.mutationCount)
    sizes = own.grids.map(\.size)
  }
}

/// The cost of pieces of a forecast.
struct ForecastCost {
  private let shape: HostShape
  private let stepCount: Int
  private let probeCount: Int
  /// Backward passes of an input.
  let passCount: Int

  init(shape: HostShape, stepCount: Int, settings: ForecastSettings) {
    self.shape = shape
    self.stepCount = stepCount
    probeCount = settings.probeCount
    passCount = settings.probeCount + stepCount + 1
  }

  /// Operations of a group of matrices on an input whose continuation is a whole one: a backward pass is three of a
  /// layer forward, down to the lowest layer of the group, and gradients of its weights are one more.
  func operations(_ plan: ForecastPlan, group: Int, prompt: Int) -> Double {
    let cells = plan.cells[plan.groups[group]]
    let lowest = cells.map(\.layer).min() ?? 0
    let tokens = Double(prompt + stepCount - 1)
    let passed = shape.blocks[lowest...].reduce(0) { $0 + $1.matrixElements }
    let own = cells.reduce(0.0) { $0 + Double($1.rows) * Double($1.columns) }
    let head = 2 * Double(stepCount) * Double(shape.vocabularyCount) * Double(shape.hiddenSize)
    return Double(passCount) * 2 * tokens * (3 * passed + own) + Double(probeCount + 1) * head
  }
}

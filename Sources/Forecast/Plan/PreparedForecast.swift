import Basics
import MessagePassing
import Perturbations
import Runs
import Screen
import Transformer

/// Everything that a forecast reads before it starts: that of the screen of the same configuration, and what is
/// foretold.
public struct PreparedForecast {
  /// The screen whose mutants are foretold.
  public let screen: PreparedScreen
  let plan: ForecastPlan

  /// Divides the mutations of a screen; throws what a forecast refuses.
  public init(_ screen: PreparedScreen) throws {
    self.screen = screen
    plan = try ForecastPlan(screen.plan, shape: screen.model.shape, settings: screen.configuration.forecast)
  }

  /// Mutations that are foretold one by one.
  public var mutationCount: Int { plan.mutations.mutationCount }

  /// The sizes of the maps.
  public var sizes: [RegionSize] { plan.grids.map(\.size) }

  /// The pieces of a run.
  public var pieceCount: Int { plan.pieceCount(inputs: screen.inputs.count) }

  /// Positions of the longest sequence.
  var longest: Int {
    (screen.inputs.map(\.positionCount).max() ?? 1) + screen.configuration.stepCount - 1
  }

  /// Bytes of a rank beyond the mapped weights, about.
  public var memory: Int {
    let numbers = plan.groups.indices.map { plan.numberCount(ofGroup: $0) }.max() ?? 0
    return 3 * numbers * MemoryLayout<Float>.stride
      + InputForecaster.byteCount(
        shape: screen.model.shape, longest: longest, stepCount: screen.configuration.stepCount)
  }

  /// Everything that the results depend on, by name. Reads all weights once for their hash. Throws where a mask is of
  /// another model.
  public func conditions() throws -> PlanConditions {
    let modelSHA256 = try screen.checkedModelSHA256()
    let whole = Fingerprint(screen: screen, modelSHA256: modelSHA256).conditions(part: nil)
    let own = [
      PlanConditions.Item(name: "forecast", value: "2"),
      .init(name: "probes", value: "\(screen.configuration.forecast.probeCount)"),
      .init(name: "maps", value: sizes.map(\.fileName).joined(separator: " ")),
    ]
    let text = whole.planSHA256 + own.map { "\n\($0.name)=\($0.value)" }.joined()
    return PlanConditions(
      planSHA256: SHA256.hexadecimal(of: Array(text.utf8)), modelSHA256: modelSHA256, items: own + whole.items)
  }
}

import Configuration

/// A part of a training, with a learning rate that rises and falls of its own and moments that begin anew.
public struct TrainingPhase: Equatable, Sendable {
  /// The place that rows come from.
  public enum Source: Equatable, Sendable {
    /// A file of rows, or texts that are cut into rows.
    case file(String)
    /// Text that is made.
    case microWorld(MicroWorldMix)
  }

  /// The place that its rows come from.
  public let source: Source
  /// Its steps.
  public let steps: Int

  private static let example = "rows: FILE, or micro_world: {facts: 0.5, copy: 0.5}"

  /// Reads `{rows: FILE, steps: 1000}` or `{micro_world: {facts: 0.5, copy: 0.5}, steps: 1000}`.
  init(_ value: ConfigurationValue) throws {
    let group = try value.group(keys: ["rows", "micro_world", "naming", "steps"])
    switch (group["rows"], group["micro_world"]) {
    case (let rows?, nil):
      if let naming = group["naming"] { throw naming.refusal("it is for micro_world alone; leave it out") }
      source = .file(try rows.path())
    case (nil, let mix?): source = .microWorld(try MicroWorldMix(mix, naming: group["naming"]))
    default: throw value.refusal("a phase has either rows or micro_world; use \(Self.example)")
    }
    steps = try group.required("steps", example: "1000").whole(from: 1)
  }

  /// The phase on one line, but for what a file holds.
  var spelling: String {
    guard case .microWorld(let mix) = source else { return "\(steps)" }
    return "\(steps) of \(mix.spelling)"
  }
}

import Archive
import Mutagenesis
import Weights

/// SHA-256 of everything that the results of a screen depend on, so that a file can be told to be of this very plan.
struct Fingerprint {
  private var text = ""

  init(screen: PreparedScreen, modelSHA256: String) {
    let configuration = screen.configuration
    let space = screen.plan.space
    add("format", "\(ResultsFormat.version)")
    add("model", modelSHA256)
    add("architecture", "\(screen.model.configuration)")
    add("continuation", "\(configuration.stepCount) \(configuration.temperature) \(configuration.seed)")
    add("region", "\(space.regionRows) \(space.regionColumns)")
    add("matrices", space.matrices.map(\.rawValue).joined(separator: " "))
    add("layers", space.layers.map(String.init).joined(separator: " "))
    add("kinds", space.kinds.map(\.rawValue).joined(separator: " "))
    add("sample", configuration.sampleCount.map(String.init) ?? "all")
    add("unit", "\(UnitPlan.mutantsPerUnit)")
    add("record", "\(configuration.recording)")
    for input in screen.inputs {
      add("input", [input.id, input.task, input.prompt].map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
      add("tokens", input.tokens.map(String.init).joined(separator: " "))
    }
  }

  /// 64 hexadecimal digits.
  var hexadecimal: String { SHA256.hexadecimal(of: Array(text.utf8)) }

  private mutating func add(_ key: String, _ value: String) { text += "\(key)=\(value)\n" }
}

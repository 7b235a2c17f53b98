import Archive
import CKernels
import Journal
import Mutagenesis
import Weights

/// Everything that the results of a screen depend on, so that a file or a journal can be told to be of this very plan.
struct Fingerprint {
  private let modelSHA256: String
  private var items: [Conditions.Item] = []

  init(screen: PreparedScreen, modelSHA256: String) {
    self.modelSHA256 = modelSHA256
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
    add("record", "\(screen.recording)")
    for input in screen.inputs {
      add("input", [input.id, input.task, input.prompt].map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
      if let choices = input.choices {
        add("choices", ([input.answer ?? ""] + choices).map { "\($0.utf8.count):\($0)" }.joined(separator: " "))
        add("letters", input.letters.map(String.init).joined(separator: " "))
      }
      add("tokens", input.tokens.map(String.init).joined(separator: " "))
    }
  }

  /// 64 hexadecimal digits.
  var hexadecimal: String {
    SHA256.hexadecimal(of: Array(items.map { "\($0.name)=\($0.value)\n" }.joined().utf8))
  }

  /// What a journal must agree with: besides the plan, the processor's kernels, whose last bits differ, and the part.
  func conditions(part: ScreenPart?) -> Conditions {
    let more = [
      Conditions.Item(name: "kernels", value: String(cString: locus_instruction_set())),
      Conditions.Item(name: "part", value: part.map { "\($0)" } ?? "the whole"),
    ]
    return Conditions(planSHA256: hexadecimal, modelSHA256: modelSHA256, items: more + items)
  }

  private mutating func add(_ name: String, _ value: String) {
    items.append(Conditions.Item(name: name, value: value))
  }
}

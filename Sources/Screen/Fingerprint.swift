import Archive
import CKernels
import Journal
import Mutagenesis
import Weights

/// Everything that the results of a screen depend on, so that a file or a journal can be told to be of this very plan.
struct Fingerprint {
  /// The format of results files when plans were first told apart so. It stays when that format changes: the results do
  /// not.
  private static let format = 2

  private let modelSHA256: String
  private var items: [Conditions.Item] = []

  init(screen: PreparedScreen, modelSHA256: String) {
    self.modelSHA256 = modelSHA256
    let configuration = screen.configuration
    let plan = screen.plan
    add("format", "\(Fingerprint.format)")
    add("model", modelSHA256)
    add("architecture", "\(screen.model.configuration)")
    add("continuation", "\(configuration.stepCount) \(configuration.temperature) \(configuration.seed)")
    switch plan.source {
    case .space(let space), .sample(_, let space):
      let sides = [space.region.rows, space.region.columns].map { $0.map(String.init) ?? "all" }
      add("region", sides.joined(separator: " "))
      add("matrices", space.matrices.map(\.rawValue).joined(separator: " "))
      add("layers", space.layers.map(String.init).joined(separator: " "))
    case .list(let list):
      add("list", "\(list.count) mutations \(list.withBytes { SHA256.hexadecimal(of: [$0]) })")
    }
    add("kinds", plan.kinds.map { plan.parameters.spelling(of: $0) }.joined(separator: " "))
    add("sample", configuration.sampleCount.map(String.init) ?? "all")
    add("unit", "\(UnitPlan.mutantsPerUnit)")
    add("record", "\(screen.recording)")
    // Plans without texts are those of before there were any.
    if configuration.hasTextStrings { add("text_strings", "true") }
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

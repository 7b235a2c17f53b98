import Testing

/// The groups of keys of a kind of configuration, and the page of the manual that explains them.
///
/// A reader names all keys of a group when it meets one that is none, so each group comes with such a key in it.
struct ManualKeys: CustomTestStringConvertible {
  /// A group of keys: what stands before its keys in their full names, and a text with a key that is none.
  struct Group {
    let prefix: String
    let text: String

    fileprivate init(_ prefix: String, _ text: String) { (self.prefix, self.text) = (prefix, text + "\n") }
  }

  let page: String
  let groups: [Group]

  var testDescription: String { page }

  static let all = [screen, studies, training]

  private static let unknown = "{zzzzzzzzzzzz: 0}"

  /// The files that read groups of keys. Those of one that is not listed would be missed below.
  static let readers: Set = [
    "AutoencoderRequest", "ComponentChoice", "EditChoice", "ForecastChoice", "ForecastSettings", "HostChoice",
    "ImageSource", "InputSource", "MicroWorldMix", "OtherHost", "PairChoice", "ReadingRequest", "RealignmentRequest",
    "ResponseRequest", "ScreenConfiguration", "StudyConfiguration", "TaskTexts", "TextSource", "TrainingConfiguration",
    "TrainingPhase",
  ]

  // MARK: Configurations

  private static let screen = ManualKeys(
    page: "screen",
    groups: [
      Group("", "zzzzzzzzzzzz: 0"), Group("model.", "model: \(unknown)"),
      Group("inputs.", "model: m\ninputs: \(unknown)"),
      Group("continuation.", "continuation: \(unknown)"), Group("record.", "continuation: {}\nrecord: \(unknown)"),
      Group("mutations.", "model: m\ninputs: i\nmutations: \(unknown)"),
      Group("mutations.edits.", "model: m\ninputs: i\nmutations: {edits: \(unknown)}"),
      Group("mutations.components.", "model: m\ninputs: i\nmutations: {components: \(unknown)}"),
      Group("mutations.pairs.", "model: m\ninputs: i\nmutations: {pairs: \(unknown)}"),
      Group("mutations.forecast.", "model: m\ninputs: i\nmutations: {region: [4, 4], forecast: \(unknown)}"),
      Group("forecast.", "model: m\ninputs: i\nmutations: {region: [4, 4]}\nforecast: \(unknown)"),
    ])

  private static let training = ManualKeys(
    page: "training",
    groups: [
      Group("", "phases: []\nzzzzzzzzzzzz: 0"),
      Group("phases.", "shape: m\nlearning_rate: 1\nphases: [\(unknown)]"),
      Group("phases.micro_world.", "shape: m\nlearning_rate: 1\nphases: [{micro_world: \(unknown)}]"),
    ])

  private static let studies = ManualKeys(
    page: "studies",
    groups: [
      Group("", "studies: {}\nzzzzzzzzzzzz: 0"),
      Group("texts.NAME.", "model: m\ntexts: {t: \(unknown)}\nstudies: {ablation: {}}"),
      Group("images.NAME.", "model: m\nimages: {i: \(unknown)}\nstudies: {ablation: {}}"),
    ]
      + [
        "statistics", "ablation", "pruning", "modularity", "patching", "localizer", "diversity", "coupling",
        "autoencoder", "realignment",
      ].map { study($0, "", "zzzzzzzzzzzz: 0") } + [
        study("localizer", "responses.", "conditions: [t, u], contrast: [t, u], responses: \(unknown)"),
        study("localizer", "passages.", "conditions: [t, u], contrast: [t, u], passages: \(unknown)"),
        study("diversity", "against.", "texts: t, prompts: [a], against: \(unknown)"),
        study("diversity", "against.", "texts: t, prompts: [a], against: {model: m, zzzzzzzzzzzz: 0}"),
        study("autoencoder", "autoencoders.", "training: t, evaluation: u, layer: 0, autoencoders: [\(unknown)]"),
        study("realignment", "styles.NAME.", "styles: {a: \(unknown)}"),
      ])

  private static func study(_ name: String, _ prefix: String, _ section: String) -> Group {
    Group("studies.\(name).\(prefix)", "model: m\ntexts: {t: t.txt, u: u.txt}\nstudies: {\(name): {\(section)}}")
  }
}

import Archive
import Drawing

/// What figures of a screen need to know besides their group.
struct ReportContext: Sendable {
  /// The ids of the screen's inputs.
  let ids: [String]
  let tasks: [String]
  let prompts: [String]
  let baselines: [String]
  /// The choice of the baseline and the right one, `LetterChoice.none` where there is none.
  let choices: [(baseline: UInt8, right: UInt8)]
  let maps: ScreenMaps
  /// The palette of pictures that cannot change their colours.
  let palette: Palette

  /// Below this a finding, adjusted for their number, counts as beyond chance: the level of each family of tests.
  static let level = 0.01

  /// Reads the inputs and every verdict.
  init(_ file: borrowing ResultsFile, palette: Palette) throws {
    let summary = file.summary
    let (inputs, baselines) = (try file.inputs(), try file.baselines())
    (ids, tasks, prompts) = (summary.ids, summary.tasks, inputs.map(\.prompt))
    self.baselines = baselines.map(\.text)
    choices = zip(baselines, inputs).map { ($0.choice, $1.answerChoice) }
    maps = try ScreenMaps(
      file, channels: Channels(ids: summary.ids, tasks: summary.tasks, mutationCount: summary.mutationCount))
    self.palette = palette
  }

  /// The inputs with those of one task together, tasks in the order in which they come first, and where a task begins.
  var inputsByTask: (order: [Int], breaks: Set<Int>) {
    var names: [String] = []
    for task in tasks where !names.contains(task) { names.append(task) }
    var order: [Int] = []
    var breaks: Set<Int> = []
    for name in names {
      if !order.isEmpty { breaks.insert(order.count) }
      order += tasks.indices.filter { tasks[$0] == name }
    }
    return (order, breaks)
  }
}

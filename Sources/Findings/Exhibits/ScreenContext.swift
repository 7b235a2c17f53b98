import Archive
import Drawing

/// What exhibits of a screen need to know besides their group.
public struct ScreenContext: Sendable {
  /// The ids of the inputs.
  public let ids: [String]
  /// The task of each input.
  public let tasks: [String]
  /// The prompt of each input.
  public let prompts: [String]
  /// What the baseline says on each input.
  public let baselines: [String]
  /// The choice of the baseline on each input and the right one, `LetterChoice.none` where there is none.
  public let choices: [(baseline: UInt8, right: UInt8)]
  /// Every verdict of the screen as a bit.
  public let maps: ScreenMaps
  /// The colours of what cannot change them on the page.
  public let palette: Palette

  /// Reads the inputs and every verdict.
  public init(_ file: borrowing ResultsFile, palette: Palette) throws {
    let summary = file.summary
    let (inputs, baselines) = (try file.inputs(), try file.baselines())
    (ids, tasks, prompts) = (summary.ids, summary.tasks, inputs.map(\.prompt))
    self.baselines = baselines.map(\.text)
    choices = zip(baselines, inputs).map { ($0.choice, $1.answerChoice) }
    maps = try ScreenMaps(
      file, channels: Channels(ids: summary.ids, tasks: summary.tasks, mutationCount: summary.layeredCount))
    self.palette = palette
  }

  /// The inputs with those of one task together, tasks in the order in which they come first, and where a task begins.
  public var inputsByTask: (order: [Int], breaks: Set<Int>) {
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

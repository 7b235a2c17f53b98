import Drawing
import Foundation

extension Tasks {
  /// The tasks that are disturbed most and least, and the inputs that are disturbed by anything.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    [extremes(screen.counts.tasks), Tasks.nearTies(of: screen)].compactMap { $0 }
  }

  private func extremes(_ tasks: [String]) -> String? {
    let known = tasks.indices.filter { verdicts[$0].total > 0 }.sorted {
      (verdicts[$1].share, $0) < (verdicts[$0].share, $1)
    }
    guard let most = known.first, let least = known.last, known.count > 1 else { return nil }
    return "Of the tasks, \(tasks[most].cut(40)) is disturbed most (\(Numeral.share(verdicts[most].share)) of its "
      + "verdicts are non-silent) and \(tasks[least].cut(40)) least (\(Numeral.share(verdicts[least].share)))."
  }

  // MARK: Near ties

  /// Scores that are closer change places by disturbances that have nothing to do with the input: of the regions of
  /// 64 × 64 of Gemma 3 270M, zero changes 46 % of verdicts on an input with a margin of 0.0075, and 2 % on others.
  private static let nearTie: Float = 0.05
  private static let exampleLimit = 3

  /// The inputs on which the unmutated model is nearly between two tokens; nil where there are none.
  private static func nearTies(of screen: ScreenMaterial) -> String? {
    let near = zip(screen.inputs, screen.leastMargins).filter { $0.1 < nearTie }.sorted { $0.1 < $1.1 }
    guard !near.isEmpty else { return nil }
    let named = near.prefix(exampleLimit).map { "\($0.0.cut(40)) by \(String(format: "%.2g", $0.1))" }
    let more = near.count > exampleLimit ? " and \(near.count - exampleLimit) more" : ""
    return
      "On \(Numeral.count(near.count)) of \(Numeral.items(screen.inputs.count, "input")) the unmutated model itself "
      + "is nearly between two tokens (\(named.joined(separator: ", "))\(more)): almost any disturbance changes what "
      + "follows, and verdicts there say little of where it is."
  }
}

import Drawing

extension Tasks {
  /// The tasks that are disturbed most and least.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let tasks = screen.counts.tasks
    let known = tasks.indices.filter { verdicts[$0].total > 0 }.sorted {
      (verdicts[$1].share, $0) < (verdicts[$0].share, $1)
    }
    guard let most = known.first, let least = known.last, known.count > 1 else { return [] }
    return [
      "Of the tasks, \(tasks[most].cut(40)) is disturbed most (\(Numeral.share(verdicts[most].share)) of its "
        + "verdicts are non-silent) and \(tasks[least].cut(40)) least (\(Numeral.share(verdicts[least].share)))."
    ]
  }
}

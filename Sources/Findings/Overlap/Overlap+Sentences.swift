import Drawing
import Statistics

extension Overlap {
  /// How alike inputs are, and which two of different tasks are most alike.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let shares = pairs.map(\.jaccard.share).filter { !$0.isNaN }.sorted()
    guard let least = shares.first, let most = shares.last else { return [] }
    let found = adjusted.count { $0 <= FalseDiscoveryRate.level }
    let all =
      "Jaccard's coefficient of the non-silent mutations of two inputs goes from \(Numeral.number(least)) to "
      + "\(Numeral.number(most)); \(Numeral.count(found)) of \(Numeral.items(pairs.count, "pair")) share more than "
      + "independent sets would (hypergeometric test)."
    return [all] + closest(screen)
  }

  /// The two inputs that share most, of those that share more than independent sets would.
  func strongest(_ screen: ScreenMaterial) -> String? {
    let found = zip(pairs, adjusted).filter { $0.1 <= FalseDiscoveryRate.level && !$0.0.jaccard.share.isNaN }
    return found.map(\.0).max { $0.jaccard.share < $1.jaccard.share }.map { pair in
      let names = [pair.first, pair.second].map { screen.inputs[$0].cut(40) }
      return "\(names[0]) and \(names[1]) (Jaccard's coefficient \(Numeral.number(pair.jaccard.share)))"
    }
  }

  private func closest(_ screen: ScreenMaterial) -> [String] {
    let taskOfInput = screen.counts.inputsOfTask.enumerated().reduce(into: [Int: Int]()) { tasks, entry in
      for input in entry.element { tasks[input] = entry.offset }
    }
    let others = pairs.filter { taskOfInput[$0.first] != taskOfInput[$0.second] && !$0.jaccard.share.isNaN }
    guard let best = others.max(by: { $0.jaccard.share < $1.jaccard.share }) else { return [] }
    let names = [best.first, best.second].map { screen.inputs[$0].cut(40) }
    return [
      "Of inputs of different tasks, \(names[0]) and \(names[1]) share most non-silent mutations (Jaccard's "
        + "coefficient \(Numeral.number(best.jaccard.share)))."
    ]
  }
}

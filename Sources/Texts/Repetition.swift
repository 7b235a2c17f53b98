/// Whether a sequence goes round and round.
enum Repetition {
  /// Longest cycle that is looked for.
  private static let longestCycle = 8

  /// Whether half of the elements or more, and at least `smallest`, are a cycle of at most eight that is gone through
  /// three times or more.
  static func isMost<Element: Equatable>(of elements: [Element], smallest: Int) -> Bool {
    guard elements.count >= smallest else { return false }
    return elements.withUnsafeBufferPointer { elements in
      (1...longestCycle).contains { cycle in
        let least = max(3 * cycle, smallest, (elements.count + 1) / 2)
        guard least <= elements.count else { return false }
        var run = cycle
        for place in cycle..<elements.count {
          run = elements[place] == elements[place - cycle] ? run + 1 : cycle
          if run >= least { return true }
        }
        return false
      }
    }
  }
}

/// A task of the micro-world, whose text the demo model learns.
public enum MicroWorldTask: String, CaseIterable, Sendable {
  /// Capitals and word relations.
  case facts
  /// Sums and differences of two-digit numbers.
  case arithmetic
  /// Letters and words to be copied or gone on with.
  case copy
  /// Functions of a toy language.
  case code
  /// Stories of seven sentences.
  case story
  /// Poems of two couplets.
  case poem
  /// Talks of four turns.
  case dialogue
  /// Questions with four options.
  case choice

  /// What questions begin with that name one of their options, which stay at chance.
  static let naming = "Which one says"

  /// Items of a document.
  var documentItems: ClosedRange<Int> {
    switch self {
    case .facts: 3...6
    case .arithmetic: 5...10
    case .copy: 3...5
    case .code, .story, .poem, .dialogue: 1...2
    case .choice: 2...4
    }
  }

  /// What stands between two items.
  var gap: String {
    switch self {
    case .code, .poem, .dialogue, .choice: "\n\n"
    case .facts, .arithmetic, .copy, .story: "\n"
    }
  }
}

extension MicroWorldMaker {
  /// The next item of a task that is reserved or not; without questions that name an option, where these are left out.
  mutating func item(_ task: MicroWorldTask, reserved: Bool, naming: Bool = false) -> MicroWorldItem {
    while true {
      let found = item(task)
      let isNaming = found.text.hasPrefix("Question: " + MicroWorldTask.naming)
      if found.isReserved == reserved, naming || !isNaming { return found }
    }
  }

  /// Some items that are not reserved, answers marked.
  mutating func document(_ task: MicroWorldTask, naming: Bool) -> String {
    let count = random.number(in: task.documentItems)
    var items: [String] = []
    for _ in 0..<count { items.append(item(task, reserved: false, naming: naming).text) }
    return items.joined(separator: task.gap) + "\n"
  }

  /// About 20,000 characters of reserved items: `configs/demo/text/TASK.txt` is that of the seed 1.
  package static func reservedText(_ task: MicroWorldTask, seed: Int) -> String {
    var maker = MicroWorldMaker(random: PythonRandom("text\(task.rawValue)\(seed)"))
    var text = ""
    while text.utf8.count < 20_000 { text += maker.item(task, reserved: true).plain + task.gap }
    while text.hasSuffix("\n") { text.removeLast() }
    return text + "\n"
  }
}

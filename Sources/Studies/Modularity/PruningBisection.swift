import Basics
import Perturbations
import Transformer

/// The bisection of how many units go until a task has lost a share of its accuracy, of many tasks at once.
struct PruningBisection {
  /// A task of a deal that is pruned up to a goal. More than `low` units go, and `high` are enough.
  struct Search {
    let deal: Int
    let task: Int
    let goal: Int
    var low = 0
    var high: Int

    var middle: Int { (low + high) / 2 }
    var isDone: Bool { high - low <= 1 }
  }

  /// A task of a deal with so many of its units gone, and the task that is measured.
  private struct Question: Hashable {
    let deal: Int
    let task: Int
    let count: Int
    let measured: Int
  }

  /// The searches, deal by deal, goal by goal and task by task.
  private(set) var searches: [Search]
  private let deals: [CrossPruning.Deal]
  private let goals: [Fraction]
  private let site: Site
  private let grid: UnitGrid
  /// The share of targets that are the first choice, of all questions that were asked.
  private var accuracies: [Question: Double] = [:]

  init(_ deals: [CrossPruning.Deal], goals: [Fraction], site: Site, grid: UnitGrid) {
    self.deals = deals
    self.goals = goals
    self.site = site
    self.grid = grid
    searches = deals.indices.flatMap { deal in
      goals.indices.flatMap { goal in
        deals[deal].orders.indices.map { Search(deal: deal, task: $0, goal: goal, high: grid.count) }
      }
    }
  }

  /// Halves all intervals until each is a single unit, and measures all tasks there.
  mutating func run(on ground: StudyGround) throws {
    try ask(deals.indices.flatMap { deal in deals[deal].texts.indices.map { unpruned(deal: deal, $0) } }, ground)
    while true {
      let open = searches.indices.filter { !searches[$0].isDone }
      guard !open.isEmpty else { break }
      try ask(open.map { question(searches[$0], searches[$0].middle, on: searches[$0].task) }, ground)
      for place in open {
        let search = searches[place]
        let isAbove = ratio(search, search.middle, on: search.task) > goals[search.goal].value
        if isAbove { searches[place].low = search.middle } else { searches[place].high = search.middle }
      }
    }
    try ask(
      searches.flatMap { search in
        deals[search.deal].texts.indices.map { question(search, search.high, on: $0) }
      }, ground)
  }

  /// The accuracy of the unpruned model on a task.
  func whole(deal: Int, _ task: Int) -> Double { accuracies[unpruned(deal: deal, task)] ?? .nan }

  /// The share of its accuracy that a task keeps where so many units go; not a number where it had none.
  func ratio(_ search: Search, _ count: Int, on measured: Int) -> Double {
    let before = whole(deal: search.deal, measured)
    return before > 0 ? (accuracies[question(search, count, on: measured)] ?? .nan) / before : .nan
  }

  // MARK: Questions

  private func unpruned(deal: Int, _ task: Int) -> Question {
    Question(deal: deal, task: task, count: 0, measured: task)
  }

  private func question(_ search: Search, _ count: Int, on measured: Int) -> Question {
    Question(deal: search.deal, task: search.task, count: count, measured: measured)
  }

  /// Scores what has not been asked before, in one stage.
  private mutating func ask(_ questions: [Question], _ ground: StudyGround) throws {
    var known = Set(accuracies.keys)
    let new = questions.filter { known.insert($0).inserted }
    // All that is measured under an edit has the same one: of a large model it takes megabytes.
    var edits: [Question: UnitEdit] = [:]
    let trials = new.map { question -> StudyTrial in
      let deal = deals[question.deal]
      let text = deal.texts[question.measured]
      guard question.count > 0 else { return StudyTrial(nil, text) }
      let pruned = Question(deal: question.deal, task: question.task, count: question.count, measured: 0)
      let edit =
        edits[pruned] ?? UnitEdit(site, of: grid, flat: deal.orders[question.task].prefix(question.count))
      edits[pruned] = edit
      return StudyTrial(edit, text)
    }
    for (question, scores) in zip(new, try ground.scores(of: trials, phase: "pruning tasks")) {
      accuracies[question] = scores.top1
    }
  }
}

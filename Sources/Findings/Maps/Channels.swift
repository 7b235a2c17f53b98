/// What a map is shown of: every input for itself or, where that would be too much for a page, inputs joined.
struct Channels: Sendable {
  enum Unit: String, Codable, Sendable {
    case input, task, all
  }

  let unit: Unit
  let names: [String]
  let tasks: [String]
  /// The channel of each input.
  let ofInput: [Int]

  /// Verdicts that a page has room for: about 11 MB in base64.
  static let verdictLimit = 66_000_000

  var count: Int { names.count }

  init(ids: [String], tasks: [String], mutationCount: Int, verdictLimit: Int = Channels.verdictLimit) {
    let room = verdictLimit / max(mutationCount, 1)
    var distinct: [String] = []
    let ofTask = tasks.map { task in
      if let place = distinct.firstIndex(of: task) { return place }
      distinct.append(task)
      return distinct.count - 1
    }
    if ids.count <= room {
      (unit, names, self.tasks, ofInput) = (.input, ids, tasks, Array(ids.indices))
    } else if distinct.count <= room {
      (unit, names, self.tasks, ofInput) = (.task, distinct, distinct, ofTask)
    } else {
      (unit, names, self.tasks, ofInput) = (.all, ["all inputs"], [""], ids.map { _ in 0 })
    }
  }
}

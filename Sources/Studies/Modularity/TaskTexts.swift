import Configuration

/// A task: a name, and the texts that stand for it.
struct TaskTexts: Equatable, Sendable {
  /// The name of the task.
  let name: String
  /// The names of its texts.
  let texts: [String]

  static let use = "a group such as {facts: TEXT, code: TEXT}, or a list of texts, each of which is a task"

  /// The tasks under a key, at least two: a group whose keys name them, or a list of texts, which then name them. No
  /// text stands for two.
  static func read(_ key: String, _ section: StudySection) throws -> [TaskTexts] {
    guard let value = section[key] else { throw section.missing(key, example: "{facts: TEXT, code: TEXT}") }
    let tasks =
      value.isGroup ? try group(value, section) : try section.texts(key).map { TaskTexts(name: $0, texts: [$0]) }
    guard tasks.count > 1 else { throw value.refusal("a single task has nothing to be compared with; use \(use)") }
    let texts = tasks.flatMap(\.texts)
    if let twice = texts.first(where: { text in texts.count { $0 == text } > 1 }) {
      throw value.refusal("the text \(twice.quoted) stands for two tasks; give each its own")
    }
    return tasks
  }

  /// The texts that tasks are measured on, in the order of the tasks: a group with the names of all tasks, or a list
  /// with a text for each.
  static func read(_ key: String, of tasks: [TaskTexts], _ section: StudySection) throws -> [TaskTexts] {
    let found = try read(key, section)
    guard let value = section[key] else { return found }
    guard value.isGroup else {
      guard found.count == tasks.count else {
        throw value.refusal(
          "there are \(found.count) texts for \(tasks.count) tasks; name one for each, in their order")
      }
      return zip(tasks, found).map { TaskTexts(name: $0.name, texts: $1.texts) }
    }
    if let unknown = found.first(where: { own in !tasks.contains { $0.name == own.name } }) {
      throw value.refusal("\(unknown.name.quoted) is none of the tasks; the tasks are \(names(tasks))")
    }
    return try tasks.map { task in
      guard let own = found.first(where: { $0.name == task.name }) else {
        throw value.refusal("there is no text for the task \(task.name.quoted); add '\(task.name): TEXT'")
      }
      return own
    }
  }

  private static func group(_ value: ConfigurationValue, _ section: StudySection) throws -> [TaskTexts] {
    let names = try value.members(use: use).map(\.key)
    let tasks = section.subsection(try value.group(keys: names))
    return try names.map { TaskTexts(name: $0, texts: try tasks.texts($0)) }
  }

  private static func names(_ tasks: [TaskTexts]) -> String { tasks.map(\.name).joined(separator: ", ") }
}

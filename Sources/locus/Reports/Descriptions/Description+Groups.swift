import Archive
import Basics

extension Description {
  /// Adds a group of a file with its dimensions and what it holds, below an empty line.
  mutating func add<Section>(_ group: GroupOutline<Section>, in section: String) {
    let dimensions = group.dimensions.map { "\($0.name.shown()) \($0.length.grouped)" }.joined(separator: ", ")
    add("", "")
    add("/\(section)/\(group.name.shown()) (\(dimensions))", "")
    let width = group.variables.map { $0.name.shown().count }.max() ?? 0
    for variable in group.variables {
      let name = variable.name.shown()
      let padding = String(repeating: " ", count: width - name.count + 2)
      add("  " + name + padding + variable.longName.shown(limit: 80), "")
    }
  }
}

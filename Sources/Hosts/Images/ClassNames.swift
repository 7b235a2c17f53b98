import Transformer

/// The names of the classes that an image classifier chooses among.
enum ClassNames {
  /// The names by `id2label`; `LABEL_0` and `LABEL_1` without it, as transformers has them.
  static func read(_ root: ConfigurationObject) throws -> [String] {
    guard let labels = try root.object("id2label") else {
      let count = try root.integer("num_labels") ?? 2
      guard 1...limit ~= count else {
        throw root.refusal("num_labels is \(count), which is not in 1…\(limit); correct it")
      }
      return (0..<count).map { "LABEL_\($0)" }
    }
    guard labels.members.count <= limit else {
      throw root.refusal("id2label names \(labels.members.count) classes, and at most \(limit) are read")
    }
    return try labels.members.indices.map { number in
      guard let name = try labels.text("\(number)") else {
        throw root.refusal(
          "id2label has \(labels.members.count) names and none for class \(number); give every class from 0 up a name")
      }
      return try checked(name, of: number, root, key: "id2label")
    }
  }

  /// More than any model has.
  static let limit = 1 << 20

  /// A name that can stand in a table.
  static func checked(
    _ name: String, of number: Int, _ root: ConfigurationObject, key: String
  ) throws -> String {
    guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw root.refusal("\(key): the name of class \(number) is empty or holds a control character; give it another")
    }
    return name
  }
}

import Configuration
import Transformer

/// What is asked of a table of responses: where it is, what it answers to, and where units are read.
struct ResponseRequest: Equatable, Sendable {
  /// The layers whose units predict.
  enum Layers: Equatable, Sendable {
    /// All of them.
    case all
    /// Some of them, ascending.
    case some([Int])
  }

  /// The table.
  let table: ResponseTable
  /// The name of the text whose rows are the stimuli.
  let stimuli: String
  /// The site whose units predict.
  let site: Site
  /// The layers whose units predict, one after the other.
  let layers: Layers
  /// Whether the responses were made up, which is then said wherever they are named.
  let isSynthetic: Bool
  /// The correlation that a perfect prediction has with noisy responses, where it is known.
  let ceiling: Double?
  /// The fold of each row of the table.
  let folds: [Int]

  static let example = "{table: responses.csv, stimuli: TEXT, site: res_post, layers: all, synthetic: false}"
  private static let keys = ["table", "stimuli", "site", "layer", "layers", "synthetic", "ceiling", "folds"]

  /// Reads the group of keys, and the table.
  init(_ value: ConfigurationValue, _ section: StudySection) throws {
    let group = try value.group(keys: Self.keys)
    table = try ResponseTable(path: try group.required("table", example: "responses.csv").path())
    stimuli = try section.textName(try group.required("stimuli", example: section.textNames.first ?? "TEXT"))
    site = try group["site"].map(Self.site) ?? .residualAfter
    layers = try Self.layers(group)
    isSynthetic = try group["synthetic"]?.flag() ?? false
    ceiling = try group["ceiling"].map(Self.ceiling)
    let count = try group["folds"]?.integer(
      in: 2...1_000_000, "a number of folds", use: "a whole number from 2 up, or leave it out for a fold a group")
    folds = try table.folds(count)
  }

  private static func site(_ value: ConfigurationValue) throws -> Site {
    guard let site = value.text.flatMap(Site.init(rawValue:)) else {
      throw value.mismatch("a site", use: Site.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return site
  }

  private static func layers(_ group: ConfigurationReader) throws -> Layers {
    let use = "all, a layer such as 2, or an ascending list such as [0, 2]"
    if let one = group["layer"], group["layers"] != nil {
      throw one.refusal("layer and layers are both there; keep one of them")
    }
    guard let value = group["layer"] ?? group["layers"], value.text != "all" else { return .all }
    let elements = value.isList ? try value.list(use: use) : [value]
    let layers = try elements.map { try $0.integer(in: 0...Int.max, "a layer", use: use) }
    guard zip(layers, layers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw value.refusal("the layers do not ascend; use \(use)")
    }
    return .some(layers)
  }

  private static func ceiling(_ value: ConfigurationValue) throws -> Double {
    guard let number = value.word?.number, number > 0, number <= 1 else {
      throw value.mismatch("a ceiling", use: "a correlation above 0 and up to 1, such as 0.8")
    }
    return number
  }

  // MARK: On a host

  /// The layers of a model of so many; throws where one is not there.
  func layers(of count: Int) throws -> [Int] {
    guard case .some(let layers) = layers else { return Array(0..<count) }
    guard layers.allSatisfy({ $0 < count }) else {
      throw StudiesError(
        "cannot predict responses from layer \(layers.last ?? 0): the model has layers 0 to \(count - 1); name one")
    }
    return layers
  }

  /// For each row of the table the row of its stimulus; throws where one is not there, or has several rows.
  func rows(of set: TextSet) throws -> [Int] {
    guard !set.ids.isEmpty else {
      guard set.rows.count == table.stimuli.count else {
        throw TextFileError.input(
          table.path,
          "the table has \(table.stimuli.count) rows and the text \(set.name) \(set.rows.count), which stand for each "
            + "other by their order; give both as many, or stimuli as JSON Lines with an id")
      }
      return Array(set.rows.indices)
    }
    let places = Dictionary(grouping: set.ids.indices) { set.ids[$0] }
    return try zip(table.stimuli, table.lines).map { stimulus, line in
      guard let rows = places[stimulus], !stimulus.isEmpty else {
        throw TextFileError.input(
          table.path, line: line,
          "there is no stimulus \(stimulus.quoted) among those of the text \(set.name), or it is shorter than a row; "
            + "name one, or leave the row out")
      }
      guard rows.count == 1 else {
        throw TextFileError.input(
          table.path, line: line,
          "the stimulus \(stimulus.quoted) has \(rows.count) rows of the text \(set.name); take the first alone with "
            + "'first: true', and give each an id of its own")
      }
      return rows[0]
    }
  }
}

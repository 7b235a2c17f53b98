import Basics
import Tokenizers
import Transformer

/// The named sets of a configuration: texts as rows of tokens, or images.
public struct StudyTexts: Equatable, Sendable {
  /// The sets, in the order of the configuration.
  public let sets: [TextSet]

  /// Takes sets whose names differ.
  public init(_ sets: [TextSet]) { self.sets = sets }

  /// Reads and cuts all texts of a configuration; where the model classifies images, reads these.
  public init(_ configuration: StudyConfiguration, tokenizer: any Tokenizer, shape: HostShape) throws {
    if let embedding = shape.embedding.patches {
      sets = try configuration.images.map {
        try $0.rows(configuration.path, embedding: embedding, classNames: shape.readout.classNames)
      }
      return
    }
    sets = try configuration.texts.map {
      try $0.rows(configuration.path, window: configuration.window, tokenizer: tokenizer, shape: shape)
    }
  }

  /// The set of a name that the configuration has.
  public subscript(name: String) -> TextSet {
    guard let set = sets.first(where: { $0.name == name }) else { preconditionFailure("a text named \(name)") }
    return set
  }

  /// The sets of some names.
  public subscript(names: [String]) -> [TextSet] { names.map { self[$0] } }

  /// The positions of the longest row.
  public var longestRow: Int { sets.lazy.flatMap(\.rows).map(\.count).max() ?? 1 }

  /// Which sets of one list share rows with which of another, by name, and how many.
  public func overlaps(_ some: [String], _ others: [String]) -> [(one: String, other: String, rows: Int)] {
    some.flatMap { one in
      let own = Set(self[one].rows)
      return others.map { (one, $0, self[$0].rows.count { own.contains($0) }) }.filter { $0.2 > 0 }
    }
  }

  /// A sentence that says which texts are on both sides, empty where none are.
  public func overlapSentence(_ some: [String], as role: String, _ others: [String], as otherRole: String) -> String {
    let found = overlaps(some, others)
    guard let first = found.first else { return "" }
    let more = found.count > 1 ? " and \(found.count - 1) more pairs" : ""
    return " The texts for \(role) and for \(otherRole) overlap: \(first.rows) rows of \(first.one.quoted) are in "
      + "\(first.other.quoted)\(more), so that what is measured there is not held out."
  }
}

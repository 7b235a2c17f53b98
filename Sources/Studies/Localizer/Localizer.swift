import Configuration
import Perturbations
import Transformer

/// The study of units that answer to language (arXiv 2406.15109): which units tell sentences from strings of
/// pseudowords, what zeroing them costs, and how well units and surprisal account for responses and reading times.
public struct Localizer: Study {
  public static let name = "localizer"
  public static let question =
    "Which units answer to language, do they matter more than others, and do they predict responses and reading times?"
  public static let source = "AlKhamissi, Tuckute, Bosselut and Schrimpf 2024, arXiv 2406.15109"
  public static let reasonForTexts: String? =
    "units that answer to language answer to texts alone"
  public static let keys = [
    StudyKey(
      "conditions", required: "{sentences: TEXT, nonwords: TEXT}",
      "texts whose rows are trials: a group NAME: TEXT, or a list of texts"),
    StudyKey("contrast", required: "[sentences, nonwords]", "the two conditions that units are to tell apart"),
    StudyKey(
      "evaluation", usual: "[TEXT]", "texts whose prediction is scored with units at zero; by default the contrast's"),
    StudyKey("sites", usual: "[res_post, attn_pre_out, mlp_pre_out]", "where units are chosen and set to zero"),
    StudyKey("permille", usual: "10", "how many of a thousand units of a site are chosen"),
    StudyKey(
      "pooling", usual: "last", "what is chosen by: the activation at the last position, or the mean of the row"),
    StudyKey("seeds", usual: "10", "how many control sets of random and of matched units, or a list of seeds"),
    StudyKey("draws", usual: "999", "permutations of each test"),
    StudyKey("untrained", usual: "false", "whether a host with random weights is a control"),
    StudyKey("responses", usual: ResponseRequest.example, "a table of responses to predict; left out: none"),
    StudyKey("alphas", usual: "[0.001, 0.01, 0.1, 1, 10, 100, 1000]", "penalties of the ridge regression"),
    StudyKey(
      "passages", usual: "{path: FILE.jsonl, synthetic: false}",
      "texts with the reading time of each word: text or tokens with words, times, sentence_start; left out: none"),
  ]

  let conditions: [NamedText]
  /// The places of the two conditions among all.
  let contrast: (first: Int, second: Int)
  let evaluation: [NamedText]
  let sites: [Site]
  let permille: Int
  let pooling: Pooling
  let seeds: [Int]
  let draws: Int
  let hasUntrained: Bool
  let responses: ResponseRequest?
  let penalties: [Double]
  let reading: ReadingRequest?

  /// Reads the section, the table of responses and the passages.
  public init(_ section: StudySection) throws {
    guard section["conditions"] != nil else {
      throw section.missing("conditions", example: "{sentences: TEXT, nonwords: TEXT}")
    }
    conditions = try section.namedTexts("conditions")
    let contrast = try Localizer.contrast(section, conditions)
    self.contrast = contrast
    evaluation =
      section["evaluation"] == nil
      ? [conditions[contrast.first], conditions[contrast.second]] : try section.namedTexts("evaluation")
    sites = try section.sites(usual: [.residualAfter, .attentionOutput, .mlpHidden])
    permille = try section.integer("permille", in: 1...500, usual: 10)
    pooling = try Localizer.pooling(section)
    seeds = try section.seeds(usual: 10)
    draws = try section.integer("draws", in: 1...1_000_000, usual: 999)
    hasUntrained = try section.flag("untrained", usual: false)
    responses = try section["responses"].map { try ResponseRequest($0, section) }
    penalties = try Localizer.penalties(section)
    reading = try section["passages"].map(ReadingRequest.init)
  }

  /// The table and the passages.
  public var files: [String] { [responses?.table.path, reading?.path].compactMap { $0 } }

  // MARK: Keys

  private static func contrast(_ section: StudySection, _ conditions: [NamedText]) throws -> (first: Int, second: Int) {
    let names = conditions.map(\.name)
    let use = "two of the conditions \(names.joined(separator: ", ")), the one that units should answer to first"
    guard let value = section["contrast"] else {
      throw section.missing("contrast", example: "[\(names.prefix(2).joined(separator: ", "))]")
    }
    let places = try value.list(use: use).map { element in
      guard let place = element.text.flatMap(names.firstIndex(of:)) else {
        throw element.mismatch("a condition", use: use)
      }
      return place
    }
    guard places.count == 2, places[0] != places[1] else { throw value.refusal("this is no pair; use \(use)") }
    return (places[0], places[1])
  }

  private static func pooling(_ section: StudySection) throws -> Pooling {
    let chosen = try section.choices("pooling", usual: [Pooling.last])
    guard chosen.count == 1, let pooling = chosen.first else {
      throw ConfigurationPlace("pooling", of: section).refusal(
        "units are chosen by one of last and mean, and both are in the file; name one")
    }
    return pooling
  }

  private static func penalties(_ section: StudySection) throws -> [Double] {
    guard let value = section["alphas"] else { return [0.001, 0.01, 0.1, 1, 10, 100, 1000] }
    let use = "an ascending list of penalties above 0, such as [0.1, 1, 10]"
    let penalties = try value.list(use: use).map { element in
      guard let number = element.word?.number, number > 0 else { throw element.mismatch("a penalty", use: use) }
      return number
    }
    guard zip(penalties, penalties.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw value.refusal("the penalties do not ascend; use \(use)")
    }
    return penalties
  }
}

import Archive
import Drawing
import Perturbations
import Tokenizers
import Transformer

/// An experiment on what flows through a frozen model: a section of the configuration, stages of numbered pieces, a
/// group of the file, a figure, and a finding in sentences.
///
/// Each has a folder of its own and a line in `Studies`. Journal, ranks, resume, file and page come by themselves.
public protocol Study: Sendable {
  /// The name of its section of the configuration and of its group in the file.
  static var name: String { get }
  /// What it asks, as a question.
  static var question: String { get }
  /// The paper that it comes from.
  static var source: String { get }
  /// The keys of its section.
  static var keys: [StudyKey] { get }

  /// Reads its section. Throws a `TextFileError` that names the line.
  init(_ section: StudySection) throws

  /// The files besides texts that it reads, whose contents its results depend on.
  var files: [String] { get }

  /// The hosts besides the model that it runs, whose weights and masks its results depend on.
  var others: [OtherHost] { get }

  /// The names of the files that it writes beside the results.
  var outputs: [String] { get }

  /// Why it asks nothing of images, in a clause; nil where it runs on them as well.
  static var reasonForTexts: String? { get }

  /// What it takes at most. Throws where the host lacks what it asks for, such as a site.
  func cost(_ outline: StudyOutline) throws -> StudyCost

  /// What it finds. Collective: all ranks find the same.
  func findings(on ground: StudyGround) throws -> StudyFindings

  /// What a page shows of its group; `units` are what the file knows of the units of each site.
  static func exhibit(_ study: GroupReader) throws -> Exhibit
}

extension Study {
  /// No files, where a study reads none.
  public var files: [String] { [] }
  /// No other hosts, where a study runs the model alone.
  public var others: [OtherHost] { [] }
  /// No files beside the results, where a study writes none.
  public var outputs: [String] { [] }
  /// No reason, where a study runs on images as well.
  public static var reasonForTexts: String? { nil }
}

/// What is known of a run before it starts: the host's shape and the texts.
public struct StudyOutline: Sendable {
  /// The shape of the host.
  public let shape: HostShape
  /// The texts as rows of tokens.
  public let texts: StudyTexts
  /// The tokenizer, by which a study checks its own texts before anything runs; nil where it is not known.
  public let tokenizer: (any Tokenizer)?

  /// Takes a shape and texts.
  public init(shape: HostShape, texts: StudyTexts, tokenizer: (any Tokenizer)? = nil) {
    self.shape = shape
    self.texts = texts
    self.tokenizer = tokenizer
  }

  /// Operations of a pass over all rows of some texts.
  public func pass(_ names: [String], readout: Bool = false) -> Double {
    StudyCost.pass(shape, tokens: texts[names].rows.reduce(0) { $0 + $1.count }, readout: readout)
  }

  /// The units of a site; throws a sentence with the sites there are where the host lacks it.
  public func grid(_ site: Site) throws -> UnitGrid { try UnitGrid(shape, site) }
}

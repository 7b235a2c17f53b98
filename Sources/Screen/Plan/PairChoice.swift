import Archive
import Basics
import Configuration
import Inputs
import Perturbations
import Transformer

/// The pairs of mutations that a screen makes at once, besides each of these mutations alone.
public enum PairChoice: Equatable, Sendable {
  /// All pairs of the mutations of an earlier screen that moved predictions most, so many of them.
  case strongest(Int, path: String)
  /// The pairs of a table.
  case list(path: String)

  /// Most mutations that all pairs are made of.
  public static let strongestLimit = 1000

  private static let keys = ["from", "top", "list"]

  /// Reads the group `mutations.pairs`.
  init(_ value: ConfigurationValue) throws {
    let group = try value.group(keys: Self.keys)
    let (from, top, list) = (group["from"], group["top"], group["list"])
    if let list {
      for other in [from, top].compactMap({ $0 }) {
        throw other.refusal("\(list.name) says which pairs already; keep one")
      }
      let path = try list.path()
      guard !MutationChoice.isResultsFile(path) else {
        throw list.refusal("this is a table of pairs; write 'from: \(path)' with 'top: 16' for a results file")
      }
      self = .list(path: path)
      return
    }
    guard let from else {
      throw value.refusal("it does not say which pairs; add 'from: RESULTS.h5' with 'top: 16', or 'list: FILE.csv'")
    }
    let path = try from.path()
    guard MutationChoice.isResultsFile(path) else {
      throw from.refusal("this is the results file of an earlier screen, whose name ends in .h5; a table is for list")
    }
    let use = "a whole number from 2 to \(Self.strongestLimit)"
    let count = try group.required("top", example: "16")
      .integer(in: 2...Self.strongestLimit, "a number of mutations", use: use)
    self = .strongest(count, path: path)
  }

  /// The file that says which pairs there are.
  var path: String {
    switch self {
    case .strongest(_, let path), .list(let path): path
    }
  }

  /// The pairs with their mutations; the file is read. Throws where it does not fit a model of this shape.
  func pairs(for model: HostShape) throws -> PairList {
    switch self {
    case .strongest(let count, let path):
      let pairs = PairList(allOf: try MutationListFile.strongest(count, path: path, model: model))
      guard !pairs.pairs.isEmpty else {
        throw TextFileError.input(
          path,
          "the regions of its \(count) strongest mutations all overlap; take more of them with mutations.pairs.top")
      }
      return pairs
    case .list(let path):
      return try MisplacedFile.list.reading(path) {
        try PairListTable(
          bytes: try BoundedFile.read(path: path, limit: MutationTable.byteLimit, throwing: TextFileError.self),
          path: path
        )
        .list(for: model)
      }
    }
  }

  /// Throws where the earlier screen is of other weights than these.
  func check(modelSHA256: String) throws {
    guard case .strongest(_, let path) = self else { return }
    let file = try ResultsFile(path: path)
    let provenance = file.summary.provenance
    try file.close()
    guard provenance.modelSHA256 == modelSHA256 else {
      throw TextFileError.input(
        path,
        "it is a screen of another model, \(provenance.modelName.quoted), whose strongest mutations are not this "
          + "model's; screen this model first, or list pairs with mutations.pairs.list")
    }
  }
}

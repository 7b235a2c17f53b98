import Configuration
import Perturbations

/// The source of a screen's mutations.
public enum MutationChoice: Equatable, Sendable {
  /// All regions of a size.
  case regions(RegionSize)
  /// Regions of the first size, and of each size after it those that lie in non-silent ones of the size before.
  case refinement([RegionSize])
  /// Edits of activations.
  case edits(EditChoice)
  /// Components of whole matrices.
  case components(ComponentChoice)
  /// Pairs of mutations, and these mutations alone.
  case pairs(PairChoice)
  /// Mutations that a file lists.
  case list(path: String, which: Which)

  /// Mutations of an earlier screen.
  public enum Which: String, CaseIterable, Sendable {
    /// All of them.
    case all
    /// Those that changed the continuation of an input at least.
    case nonSilent = "non_silent"
  }

  /// Whether the file at a path is the results file of an earlier screen; other lists are tables of text.
  static func isResultsFile(_ path: String) -> Bool { path.hasSuffix(".h5") }
}

extension MutationChoice {
  // Larger than any matrix that a model configuration allows.
  private static let sizeLimit = 1 << 24
  private static let levelLimit = 8

  /// Reads the keys `region`, `refine`, `edits`, `components`, `pairs` or `list` of a group, of which one must be
  /// there, and those that go with it.
  init(_ group: ConfigurationReader) throws {
    let (refine, list) = (group["refine"], group["list"])
    let sources = [group["region"], refine, group["edits"], group["components"], group["pairs"], list]
      .compactMap { $0 }
    if sources.count > 1 {
      throw sources[1].refusal("\(sources[0].name) is there too, and either says what to screen; keep one")
    }
    if let which = group["which"], list == nil { throw which.refusal("this goes with mutations.list; remove it") }
    if let edits = group["edits"] {
      for key in ["matrices", "kinds"] {
        if let value = group[key] { throw value.refusal("mutations.edits says what to screen already; remove this") }
      }
      self = .edits(try EditChoice(edits))
    } else if let components = group["components"] {
      for key in ["kinds", "sample"] {
        if let value = group[key] {
          throw value.refusal("mutations.components says what to screen; write its kinds and count there")
        }
      }
      self = .components(try ComponentChoice(components))
    } else if let pairs = group["pairs"] {
      try MutationChoice.refuseOthers(group, besides: "mutations.pairs")
      self = .pairs(try PairChoice(pairs))
    } else if let list {
      self = .list(path: try list.path(), which: try MutationChoice.which(group, list))
    } else if let refine {
      self = .refinement(try MutationChoice.levels(refine))
    } else {
      self = .regions(try MutationChoice.size(try group.required("region", example: "[64, 64]")))
    }
  }

  private static func which(_ group: ConfigurationReader, _ list: ConfigurationValue) throws -> Which {
    try refuseOthers(group, besides: "mutations.list")
    guard let value = group["which"] else { return .all }
    guard let which = value.text.flatMap(Which.init(rawValue:)) else {
      throw value.mismatch("a part of a list", use: "all or non_silent")
    }
    if which != .all, !isResultsFile(try list.path()) {
      throw value.refusal("only of a results file, whose name ends in .h5, is it known; use all")
    }
    return which
  }

  /// Throws where keys choose among mutations that a file names one by one.
  private static func refuseOthers(_ group: ConfigurationReader, besides name: String) throws {
    for key in ["matrices", "layers", "kinds", "sample"] {
      if let value = group[key] { throw value.refusal("\(name) says what to screen already; remove this") }
    }
  }

  // MARK: Sizes

  private static let sizeUse =
    "two sizes, rows and columns, each a whole number from 1 to \(sizeLimit) or all, such as [64, 64]"

  static func size(_ value: ConfigurationValue) throws -> RegionSize {
    let sizes = try value.list(use: sizeUse).map { side in
      side.text == "all" ? nil : try side.integer(in: 1...sizeLimit, "the size of a region", use: sizeUse)
    }
    guard sizes.count == 2 else { throw value.refusal("a list of \(sizes.count) is not a region; use \(sizeUse)") }
    return RegionSize(rows: sizes[0], columns: sizes[1])
  }

  /// A pair of sides, or one number for both.
  static func sizeOrSide(_ element: ConfigurationValue, use: String) throws -> RegionSize {
    if element.isList { return try size(element) }
    let side = try element.integer(in: 1...sizeLimit, "a size", use: use)
    return RegionSize(rows: side, columns: side)
  }

  private static func levels(_ value: ConfigurationValue) throws -> [RegionSize] {
    let use = "2 to \(levelLimit) sizes from large to small, such as [64, 16, 4] or [[all, 64], [16, 16]]"
    let elements = try value.list(use: use)
    guard (2...levelLimit).contains(elements.count) else {
      throw value.refusal("\(elements.count) is no number of levels; use \(use)")
    }
    let sizes = try elements.map { try sizeOrSide($0, use: use) }
    for (index, (coarse, fine)) in zip(sizes, sizes.dropFirst()).enumerated() where !fine.divides(coarse) {
      throw elements[index + 1].refusal(
        "regions of \(coarse) cannot be divided into smaller ones of \(fine); use sizes that divide the one before")
    }
    return sizes
  }
}

extension RegionSize {
  /// Whether every region of a larger size consists of whole regions of this.
  fileprivate func divides(_ coarse: RegionSize) -> Bool {
    func divides(_ fine: Int?, _ coarse: Int?) -> Bool {
      guard let coarse else { return true }
      return fine.map { coarse % $0 == 0 } ?? false
    }
    return self != coarse && divides(rows, coarse.rows) && divides(columns, coarse.columns)
  }
}

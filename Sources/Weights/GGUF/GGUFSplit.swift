import Basics
import Foundation

/// The parts of a GGUF file that was split: `NAME-00001-of-00003.gguf` and its like.
enum GGUFSplit {
  private static let number = "split.no"
  private static let count = "split.count"
  private static let tensorCount = "split.tensors.count"

  /// The part itself where it is a whole file, otherwise all parts in their order, found beside it by their names.
  static func parts(of part: GGUFPart) throws -> [GGUFPart] {
    let count = try part.metadata.integer(GGUFSplit.count) ?? 1
    guard count > 1 else { return [part] }
    let own = try part.metadata.integer(GGUFSplit.number) ?? 0
    guard count <= 99_999, (0..<count).contains(own) else {
      throw part.metadata.refusal(number, "is \(own) of \(count) parts, which cannot be")
    }
    let ending = name("", own, of: count)
    guard part.file.path.hasSuffix(ending) else {
      throw WeightsError(
        "cannot read \(part.file.path.quotedName): it is part \(own + 1) of \(count) of a split GGUF file, and its "
          + "name does not end with \(ending), so that the other parts cannot be found; give all parts the names "
          + "with which they were made")
    }
    let stem = String(part.file.path.dropLast(ending.count))
    let parts = try (0..<count).map { index in
      index == own ? part : try open(name(stem, index, of: count), beside: part)
    }
    try check(parts, count)
    return parts
  }

  private static func name(_ stem: String, _ index: Int, of count: Int) -> String {
    stem + String(format: "-%05d-of-%05d.gguf", index + 1, count)
  }

  private static func open(_ path: String, beside part: GGUFPart) throws -> GGUFPart {
    guard FileManager.default.fileExists(atPath: path) else {
      throw WeightsError(
        "cannot read \(part.file.path.quotedName): it is a part of a split GGUF file, and \(path.quotedName) is not "
          + "there; download that part too, into the same folder")
    }
    return try GGUFPart(path: path)
  }

  /// Parts of one model say the same of how many they are, and each which it is.
  private static func check(_ parts: [GGUFPart], _ count: Int) throws {
    for (index, part) in parts.enumerated() {
      guard try part.metadata.integer(GGUFSplit.count) == count, try part.metadata.integer(number) ?? 0 == index else {
        throw part.metadata.refusal(
          number, "does not say that it is part \(index + 1) of \(count), as its name does",
          "download all parts again from the same place")
      }
    }
    let found = parts.reduce(0) { $0 + $1.tensors.count + $1.unreadable.count }
    if let claimed = try parts[0].metadata.integer(tensorCount), claimed != found {
      throw parts[0].metadata.refusal(
        tensorCount, "is \(claimed), and the parts have \(found) tensors",
        "download all parts again from the same place")
    }
  }
}

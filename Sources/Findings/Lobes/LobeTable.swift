import Archive
/// Lobes by every division of a cloud: how many points they have and what they are called.
struct LobeTable: Sendable {
  /// Measures of firing together, and geometry.
  let divisions: [String]
  /// The points of each lobe, `[division, lobe]`.
  private let sizes: [Int]
  private let lobeLimit: Int
  private let lobeCounts: [Int]
  /// The surest documents of each lobe, `[division, lobe, rank]`; empty where nothing is known of firings.
  private let documents: [String]
  private let documentLimit: Int

  init(_ group: GroupReader, names: GroupReader?) throws {
    divisions = try group.labels("division")
    sizes = try group.counts(LobeFindings.Columns.size, "division", "lobe")
    lobeLimit = try group.length("lobe")
    let limit = lobeLimit
    lobeCounts = try group.counts(LobeFindings.Columns.lobes, "division").map { min(max($0, 0), limit) }
    guard let names else {
      (documents, documentLimit) = ([], 0)
      return
    }
    guard try names.labels("division") == divisions, try names.length("lobe") == lobeLimit else {
      throw names.missing("lobe of each division")
    }
    documents = try names.texts(LobeFindings.Columns.name, "division", "lobe", "rank")
    documentLimit = try names.length("rank")
  }

  func lobes(_ division: Int) -> Range<Int> { 0..<lobeCounts[division] }

  func size(_ division: Int, _ lobe: Int) -> Int { sizes[division * lobeLimit + lobe] }

  /// Up to `count` documents that the lobe is named by.
  func documents(_ division: Int, _ lobe: Int, _ count: Int) -> [String] {
    guard documentLimit > 0, lobe < lobeLimit else { return [] }
    let start = (division * lobeLimit + lobe) * documentLimit
    return documents[start..<start + documentLimit].prefix(count).filter { !$0.isEmpty }
  }

  /// The lobe's number with what it fires on most.
  func name(_ division: Int, _ lobe: Int) -> String {
    let own = documents(division, lobe, 2).map { $0.cut(24) }.joined(separator: ", ")
    return own.isEmpty ? "lobe \(lobe)" : "lobe \(lobe): \(own)"
  }

  /// The divisions that figures show where they do not show all: by phi, or the first there is, and by geometry.
  var shown: [Int] {
    let functional = divisions.firstIndex(of: "phi") ?? divisions.indices.first
    return [functional, divisions.firstIndex(of: "geometry")].compactMap { $0 }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The column of the points' lobes in the group of the cloud.
  func variable(_ division: Int) -> String { divisions[division] + "_lobe" }

  /// How words name a division.
  func words(_ division: Int) -> String { "by \(LobeTable.spoken(divisions[division]).cut(24))" }

  /// A name of a file as words.
  static func spoken(_ name: String) -> String {
    var words = ""
    for character in name {
      if character.isUppercase {
        words += " " + character.lowercased()
      } else {
        words += character == "_" ? " " : String(character)
      }
    }
    return words
  }
}

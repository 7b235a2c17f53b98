import Archive
import Geometry
import MessagePassing

/// The lobes of a cloud, what they fire on, and whether they go with the groups of documents: the tasks of inputs.
public struct LobeFindings: Sendable {
  /// One division of the features into lobes.
  public struct Division: Sendable {
    /// The name of a measure of co-firing, or `geometry`.
    public let name: String
    /// The lobe of each point; −1: in none.
    public let labels: [Int32]
    /// The number of lobes.
    public let lobeCount: Int
    /// The documents that the lobes are named by; nil where nothing is known of firings.
    public let names: LobeNames?
    /// The agreement of the lobes with the group of documents that each feature fires on most, beside labels permuted
    /// among all features; nil where there are no groups.
    public let agreement: LabelAgreement?
    /// The same agreement beside labels permuted among features of similar firing rates; nil where there are no groups.
    public let agreementOfRates: LabelAgreement?
  }

  /// The lobes themselves.
  public let lobes: Lobes
  /// The divisions by co-firing, one for each measure, and by geometry.
  public let divisions: [Division]
  /// The distinct groups of documents; empty: there are none.
  public let groups: [String]
  /// The group that each feature fires on most; −1: none, or two alike.
  public let leading: [Int32]
  /// How features fire together, in the order of the lobes by phi.
  public let blocks: CofiringBlocks?
  let documents: [String]

  /// `documents` are the names of the record's, and `groups` that of each. Collective.
  public init(
    _ lobes: Lobes, record: FiringRecord?, documents: [String]? = nil, groups: [String]? = nil, seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    self.lobes = lobes
    let count = record?.documentCount ?? 0
    precondition(documents.map { $0.count == count } ?? true, "a name for each document")
    precondition(groups.map { $0.count == count } ?? true, "a group for each document")
    self.documents = documents ?? (0..<count).map { "\($0)" }
    let (names, classes) = LobeFindings.numbered(groups ?? [])
    // One group is none.
    self.groups = names.count > 1 ? names : []
    leading =
      names.count > 1 ? record?.leadingClasses(classes, classCount: names.count) ?? [] : []
    let all =
      lobes.functional.map { ($0.measure.rawValue, $0.division) } + [("geometry", lobes.geometric)]
    let (leading, isGrouped) = (leading, names.count > 1 && record != nil)
    divisions = try all.map { name, division in
      func agreement(_ rates: [Int]?) throws -> LabelAgreement? {
        guard isGrouped else { return nil }
        return try LabelAgreement(
          division.labels, leading, rates: rates, drawCount: lobes.drawCounts.permutations, seed: seed, sharing: sharing
        )
      }
      return Division(
        name: name, labels: division.labels, lobeCount: division.lobeCount,
        names: record.map {
          LobeNames(
            LobeFirings($0, labels: division.labels, lobeCount: division.lobeCount), groups: isGrouped ? classes : nil)
        },
        agreement: try agreement(nil), agreementOfRates: try agreement(record?.counts))
    }
    let phi = lobes.functional.first { $0.measure == .phi }?.division
    blocks = record.map { CofiringBlocks($0, labels: (phi ?? lobes.geometric).labels) }
  }

  /// The groups that an analysis file holds of the lobes.
  public var analysisGroups: [AnalysisGroup] {
    [lobeGroup]
      + (lobes.functional.isEmpty ? [] : [comparisonGroup])
      + [documentGroup, taskGroup, blocks?.group].compactMap { $0 }
  }

  /// Texts in the order in which they come, and the number of each.
  private static func numbered(_ texts: [String]) -> ([String], [Int32]) {
    var (names, numbers): ([String], [String: Int32]) = ([], [:])
    let classes = texts.map { text in
      if let number = numbers[text] { return number }
      numbers[text] = Int32(names.count)
      names.append(text)
      return Int32(names.count - 1)
    }
    return (names, classes)
  }
}

import Archive

/// What exhibits of a cloud need to know besides their group.
public struct CloudContext: Sendable {
  /// Whether the page has the maps on which a point that is a mutant opens its region.
  public let opensRegions: Bool
  /// All that was found in the cloud, by name.
  private let groups: [String: GroupReader]
  /// What was found in the geometry, in sentences.
  public let findings: [String]

  /// Reads all groups of the geometry.
  public init(_ analysis: AnalysisFile, opensRegions: Bool) throws {
    self.opensRegions = opensRegions
    var groups: [String: GroupReader] = [:]
    for content in analysis.contents where content.section == .geometry {
      groups[content.name] = try analysis.group(content.name, of: .geometry).map {
        GroupReader(group: $0, path: analysis.path, command: "locus geometry")
      }
    }
    self.groups = groups
    findings = analysis.contents.filter { $0.section == .geometry }.flatMap { groups[$0.name].map(\.findings) ?? [] }
  }

  /// The group of this name; nil if there is none.
  public func group(_ name: String) -> GroupReader? { groups[name] }
}

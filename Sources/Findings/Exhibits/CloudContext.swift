import Archive

/// What exhibits of a cloud need to know besides their group.
public struct CloudContext: Sendable {
  /// Whether the page has the maps on which a point that is a mutant opens its region.
  public let opensRegions: Bool
  /// All that was found in the cloud, by name.
  private let groups: [String: GroupReader]

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
  }

  /// The group of this name; nil if there is none.
  public func group(_ name: String) -> GroupReader? { groups[name] }
}

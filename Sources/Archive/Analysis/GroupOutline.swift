import HDF5

/// What a file says of one of its groups without the values.
public struct GroupOutline<Section: Sendable>: Sendable {
  /// The section that holds the group.
  public let section: Section
  /// The group's name.
  public let name: String
  /// What was asked and how, with the null and the sources.
  public let comment: String
  /// The group's dimensions and their lengths.
  public let dimensions: [(name: String, length: Int)]
  /// Names and meanings of the datasets.
  public let variables: [(name: String, longName: String)]

  /// Reads the outlines of all groups of a section, in the order of the file.
  static func all(of section: Section, in root: borrowing Group) throws -> [GroupOutline] {
    var outlines: [GroupOutline] = []
    for name in try root.memberNames() {
      let group = try root.openGroup(name)
      outlines.append(try GroupOutline(reading: group, named: name, of: section))
      try group.close()
    }
    return outlines
  }

  private init(reading group: borrowing Group, named name: String, of section: Section) throws {
    var dimensions: [(name: String, length: Int)] = []
    var variables: [(name: String, longName: String)] = []
    for member in try group.memberNames() {
      let dataset = try group.openDataset(member)
      if try dataset.isScale {
        dimensions.append((member, dataset.shape.first ?? 0))
      } else if try !dataset.hasAttribute(Column.namesOf) {
        variables.append((member, try dataset.textAttribute("long_name")))
      }
      try dataset.close()
    }
    self.section = section
    self.name = name
    self.dimensions = dimensions
    self.variables = variables
    comment = try group.textAttribute("comment")
  }
}

import HDF5

/// Writes the file of a run of studies: the same bytes for the same content. For one process.
public enum StudyWriter {
  /// Writes a whole file at a path, which is a temporary one of the caller's, and hands it to the disk.
  ///
  /// There is a study at least; `units` have the names of sites and the dimensions `layer` and `unit`.
  public static func write(
    _ provenance: StudyProvenance, starts: [RunStart], studies: [AnalysisGroup], units: [AnalysisGroup],
    to path: String
  ) throws {
    precondition(!studies.isEmpty, "a file of studies has a study")
    precondition(
      units.allSatisfy { StudyFile.unitDimensions.allSatisfy($0.dimensions.map(\.name).contains) },
      "units have layers and numbers")
    let file = try File.create(path, communicator: nil)
    try file.write(provenance)
    let names = studies.map(\.name).joined(separator: ", ")
    try file.setAttribute("title", "Studies of \(provenance.modelName): \(names)")
    try file.write(studies, to: .studies)
    try file.write(units, to: .units)
    if !starts.isEmpty {
      try file.create(RunStart.layout(count: starts.count, of: "run"))
      try file.write(starts)
    }
    try file.close()
    try OutputTarget.handToDisk(path)
  }
}

extension File {
  /// Writes the groups of a section; there is no section of none.
  fileprivate func write(_ groups: [AnalysisGroup], to section: StudyFile.Section) throws {
    guard !groups.isEmpty else { return }
    let root = try createGroup(section.rawValue)
    for group in groups { try group.write(to: root) }
    try root.close()
  }
}

import HDF5
import Perturbations

/// What it takes to write the same again.
extension ResultsFile {
  /// All but mutations, phenotypes and units.
  ///
  /// Whether a direction is projected the file does not say: it is taken as it is.
  public func description() throws -> ScreenDescription {
    var description = ScreenDescription(
      inputs: try inputs(), baseline: try baselines(),
      mutationCount: summary.mutationCount, unitCount: summary.unitCount, stepCount: summary.stepCount,
      componentCount: summary.componentCount, recording: summary.recording,
      choiceProtocol: try choiceProtocol(), shapes: summary.shapes, drive: try drive(), vocabulary: try self.texts(),
      provenance: summary.provenance, parameters: try kindParameters())
    description.hasTextStrings = summary.hasTextStrings
    return description
  }

  /// The mutations of some rows one by one; an error where a place is impossible, or outside of its matrix where the
  /// file knows the matrices' shapes.
  public func mutationList(_ rows: Range<Int>) throws -> [Mutation] {
    let table = try mutations(rows)
    return try table.kind.indices.map { index in
      let (row, rowCount) = (Int(table.row[index]), Int(table.rows[index]))
      let (column, columnCount) = (Int(table.column[index]), Int(table.columns[index]))
      guard row >= 0, rowCount > 0, column >= 0, columnCount > 0, table.hasLayer(at: index) else {
        throw ArchiveError(
          "cannot read \(path): mutation \(rows.lowerBound + index) has \(rowCount) rows from \(row) and "
            + "\(columnCount) columns from \(column); the file is damaged")
      }
      let region = Region(
        layer: Int(table.layer[index]), matrix: table.matrix[index], rows: row..<row + rowCount,
        columns: column..<column + columnCount)
      if let shapes = summary.shapes, !shapes.contains(region) {
        throw ArchiveError(
          "cannot read \(path): mutation \(rows.lowerBound + index) is outside of \(region.place) as /matrix has it; "
            + "the file is damaged")
      }
      let component = table.component.isEmpty ? nil : Int(max(0, table.component[index]))
      return Mutation(region: region, kind: table.kind[index], component: component)
    }
  }

  /// Throws where all mutations are of matrices outside of the layers; `attempt` is what cannot be done with them.
  public func checkLayers(_ attempt: String) throws {
    guard summary.mutationCount > 0, summary.layeredCount == 0 else { return }
    throw ArchiveError(
      "cannot \(attempt) \(path): all its mutations are of the embedding or of the head, and this is about matrices of "
        + "layers; locus inspect counts them, and locus export lists them")
  }

  /// Throws where this is a part of a screen; `attempt` is what cannot be done with it.
  public func checkIsNoPart(_ attempt: String) throws {
    guard let part = summary.provenance.part else { return }
    throw ArchiveError(
      "cannot \(attempt) \(path): it is part \(part.index) of \(part.count) of a screen; join all parts with "
        + "locus gather first")
  }

  /// Throws where this is a part of a screen, or has only some of its units; `attempt` is what cannot be done with it.
  public func checkIsWhole(_ attempt: String) throws {
    try checkIsNoPart(attempt)
    guard let progress = summary.provenance.progress else { return }
    throw ArchiveError(
      "cannot \(attempt) \(path): it has \(progress.words) of its screen; finish the screen with the command that "
        + "started it")
  }

  /// The numbers of the kinds that have one.
  public func kindParameters() throws -> KindParameters {
    var parameters = KindParameters()
    let dataset = try file.openDataset("mutation/kind")
    for kind in Kind.allCases where kind.hasParameter {
      guard try dataset.hasAttribute(kind.rawValue) else { continue }
      parameters[kind] = Float(try dataset.numberAttribute(kind.rawValue))
    }
    try dataset.close()
    return parameters
  }

  /// Wall seconds of each unit.
  public func unitSeconds() throws -> [Double] { try units("unit/seconds") }

  /// The rank that evaluated each unit.
  public func unitRanks() throws -> [Int32] { try units("unit/rank") }

  // MARK: Private

  private func units<Element: NumericElement>(_ name: String) throws -> [Element] {
    let (values, shape): ([Element], [Int]) = try whole(name)
    guard shape == [summary.unitCount] else { throw damage(name, shape) }
    return values
  }

  func whole<Element: NumericElement>(_ name: String) throws -> ([Element], [Int]) {
    let dataset = try file.openDataset(name)
    let values: [Element] = try dataset.read()
    let shape = dataset.shape
    try dataset.close()
    return (values, shape)
  }

  func damage(_ name: String, _ shape: [Int]) -> ArchiveError {
    ArchiveError("cannot read \(path): \(name) has the shape \(shape); the file is damaged")
  }
}

import Archive
import Drawing

extension Modularity {
  /// The overlaps, the concentrations and what pruning does.
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let drawings = try ModularityDrawings(study)
    return Exhibit(
      name: name, title: "Modularity", introduction: Markup(question + " " + study.group.comment),
      figures: try drawings.figures, tables: try drawings.tables)
  }
}

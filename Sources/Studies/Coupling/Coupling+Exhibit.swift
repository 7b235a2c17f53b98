import Archive
import Drawing

extension Coupling {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let drawings = try CouplingDrawings(study)
    return Exhibit(
      name: name, title: "Coupling of blocks",
      introduction: Markup(
        "Each block's Jacobian at the last token is read in the singular bases of the others. A block that acts along "
          + "the directions of another one is nearly diagonal there; random bases and untrained hosts say how much of "
          + "that is chance."),
      figures: [drawings.matrix, drawings.depth, drawings.directions, drawings.growth], tables: try drawings.tables)
  }
}

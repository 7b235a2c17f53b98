import Archive
import Drawing

extension Pruning {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let data = try PruningDrawings(study)
    return Exhibit(
      name: name, title: "Selective pruning", introduction: Markup(question + " " + study.group.comment),
      figures: data.figures, tables: [data.areas])
  }
}

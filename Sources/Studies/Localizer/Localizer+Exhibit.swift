import Archive
import Drawing

extension Localizer {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let units = try LocalizerFigures(study)
    var exhibit = Exhibit(
      name: name, title: "Language units",
      introduction: Markup(
        "Which units answer to one kind of text more than to another, what they cost when they are zero, beside random "
          + "units and units of like magnitude, and what they and the surprisal of words predict."))
    let sites = try study.labels("site").indices
    exhibit.figures = [try units.discoveries] + (try sites.map { try units.profiles(site: $0) })
    exhibit.figures += try sites.map { try units.rises(site: $0) }
    exhibit.tables = [try units.contrastTable, try units.riseTable]
    if study.has("r_grouped") { exhibit.figures.append(try PredictionFigures(study).responses) }
    if study.has("surprisal") { exhibit.figures.append(try PredictionFigures(study).reading) }
    return exhibit
  }
}

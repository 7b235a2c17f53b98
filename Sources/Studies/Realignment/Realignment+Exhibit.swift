import Archive
import Drawing

extension Realignment {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let drawings = try RealignmentDrawings(study)
    return Exhibit(
      name: name, title: "Realignment",
      introduction: Markup(
        "A small network reads the model's first layer and adds to the residual stream of later ones, so that the "
          + "model writes in a style. Stripes are additions that go by index at all of them alike. The same in a host "
          + "that has lost its training says what of it training has made."),
      figures: [drawings.learning, try drawings.additions, drawings.agreement],
      tables: [try drawings.networks, try drawings.indices] + (try drawings.continuations))
  }
}

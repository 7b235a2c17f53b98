import Archive
import Drawing
import Geometry
import Perturbations

extension CloudListing: CloudAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "cloud"

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    try CloudExhibit.make(group, context)
  }

  /// The dataset group `cloud`; `mutations` are those of the points if they are mutants, `point` what they are points
  /// by, `lobes` labels of all points by the name of their variable.
  func group(
    _ cloud: Cloud, mutations: [Mutation], point: MutantPoint?,
    lobes: [(name: String, longName: String, labels: [Int32])]
  ) -> AnalysisGroup {
    let one = ["point"]
    let lengths = cloud.points[points: points].lengths
    var variables: [AnalysisGroup.Variable] = [
      .init(
        CloudListing.Columns.number, one, "number of the point in its source, 0 first",
        .counts(points.map { cloud.numbers[$0] })),
      .init(
        CloudListing.Columns.position, one + ["component"], "place along the principal components",
        .numbers(positions.values)),
      .init("length", one, "distance from the origin", .numbers(lengths)),
    ]
    variables += mutations.isEmpty ? names(cloud) : places(points.map { mutations[$0] })
    if let firings = cloud.firings {
      variables.append(
        .init("documents", one, "documents that the point fires on", .counts(points.map { firings[feature: $0].count }))
      )
    }
    for lobe in lobes {
      variables.append(
        .init(lobe.name, one, lobe.longName, missing: -1, .counts(points.map { Int(lobe.labels[$0]) })))
    }
    let losses = cloud.losses
    variables += [
      .init(
        CloudListing.Columns.share, ["component"], "variance along the component as a share of all", .numbers(shares)),
      .init(
        CloudListing.Columns.count, ["fate"], "points of the source by what became of them",
        .counts([cloud.points.count, losses.notFinite, losses.zero, losses.neverFiring])),
      .init(
        "duplicates", [], "points of the cloud that equal an earlier one, which stay in it",
        .counts([losses.duplicates])),
    ]
    if let point {
      variables.append(
        .init(CloudListing.Columns.pointKind, [], "what mutants are points by", .texts([point.rawValue])))
    }
    return AnalysisGroup(
      name: CloudListing.name, comment: [comment(cloud), point.map(comment)].compactMap { $0 }.joined(separator: " "),
      findings: sentences(of: cloud),
      dimensions: [
        .init("point", length: points.count), .init("component", length: positions.columns),
        .init("fate", labels: ["kept", "not finite", "zero", "never firing"]),
      ],
      variables: variables)
  }

  private func comment(_ cloud: Cloud) -> String {
    let listed = points.count == cloud.points.count ? "All points" : "\(points.count) points, drawn with the seed,"
    return """
      \(listed) of the cloud with their places on its first principal components, the mean taken off. Points with \
      components that are not finite, zero vectors and points that fire on no document are not in the cloud; \
      duplicates are. A lobe of -1 is none. Descriptive: the other groups hold the tests.
      """
  }

  private func comment(_ point: MutantPoint) -> String {
    switch point {
    case .response:
      """
      A mutant's place is its response: the mean shift of the residual stream at its end, less the mutation's own \
      shift where it enters, so that it is what later blocks answered.
      """
    case .direction:
      """
      A mutant's place is its direction, as was asked for or because the results file records no response: the whole \
      mean shift of the residual stream at its end, the mutation's own shift with it. A constant region adds the same \
      to all of its rows, so that directions are alike by arithmetic.
      """
    }
  }

  private func names(_ cloud: Cloud) -> [AnalysisGroup.Variable] {
    guard let names = cloud.names else { return [] }
    return [.init(CloudListing.Columns.label, ["point"], "name of the point", .texts(points.map { names[$0] }))]
  }

  private func places(_ mutations: [Mutation]) -> [AnalysisGroup.Variable] {
    let (one, regions) = (["point"], mutations.map(\.region))
    return RegionPlace.variables(of: regions, over: one) + RegionPlace.sizes(of: regions, over: one) + [
      .init(CloudListing.Columns.kind, one, "what was done to the region", .kinds(mutations.map(\.kind)))
    ]
  }
}

extension CloudListing {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let count = "count"
    static let pointKind = "point_kind"
    static let position = "position"
    static let share = "share"
    static let kind = "kind"
    static let label = "label"
    static let number = "number"
  }
}

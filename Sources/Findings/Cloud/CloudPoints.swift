import Archive
import Drawing

/// The listed points of a cloud: where they are, what they are called, which classes they are of.
struct CloudPoints: Sendable {
  let count: Int
  let componentCount: Int
  /// The points' coordinates, `[points, components]`.
  private let positions: [Double]
  /// The components' shares of the variance.
  let shares: [Double]
  let names: [String]
  /// Regions of mutants; empty for other points.
  let places: [RegionPlace]
  /// The ways to colour points, at least one: lobes first.
  let colourings: [SpaceView.Colouring]

  /// Columns of numbers that are no classes.
  private static let measures: Set<String> = ["number", "layer", "row", "column", "rows", "columns", "documents"]
  /// Classes of one labelling.
  private static let classLimit = 4096

  init(_ group: GroupReader, lobes: LobeTable?, tasks: [String]) throws {
    count = try group.length("point")
    componentCount = try group.length("component")
    positions = try group.numbers(CloudListing.Columns.position, "point", "component")
    shares = try group.numbers(CloudListing.Columns.share, "component")
    let isMutant = group.has(RegionPlace.Columns.matrix)
    places = isMutant ? try group.places("point") : []
    if isMutant {
      names = zip(places, try group.kinds(CloudListing.Columns.kind, "point")).map { "\($0.words), \($1.rawValue)" }
    } else if group.has(CloudListing.Columns.label) {
      names = try group.texts(CloudListing.Columns.label, "point")
    } else {
      names = try group.counts(CloudListing.Columns.number, "point").map { "point \(Numeral.count($0))" }
    }
    var colourings = try CloudPoints.labellings(group, lobes, tasks)
    if isMutant {
      colourings.append(CloudPoints.layers(places.map(\.layer)))
      let matrices = LayerTable(layers: [], matrices: places.map(\.matrix)).matrices
      colourings.append(
        .init(
          title: "matrix", classes: matrices.map(\.rawValue),
          values: places.map { matrices.firstIndex(of: $0.matrix) ?? -1 }))
    }
    if colourings.isEmpty {
      colourings = [.init(title: "cloud", classes: ["all"], values: Array(repeating: 0, count: count))]
    }
    self.colourings = colourings
  }

  func position(_ point: Int, _ component: Int) -> Double {
    component < componentCount ? positions[point * componentCount + component] : 0
  }

  /// The points' first three coordinates, `[points, 3]`.
  var spatial: [Double] { (0..<count).flatMap { point in (0..<3).map { position(point, $0) } } }

  func axis(_ component: Int) -> String {
    let name = component == 0 ? "first component" : "second component"
    return component < shares.count ? "\(name), \(Numeral.share(shares[component])) of the variance" : name
  }

  // MARK: Classes

  /// Whole numbers that are classes of the points, below 0 none: lobes first that figures show. Lobes and tasks are
  /// called by their names.
  private static func labellings(
    _ group: GroupReader, _ lobes: LobeTable?, _ tasks: [String]
  ) throws -> [SpaceView.Colouring] {
    let names = group.group.variables.filter { variable in
      guard case .counts = variable.values else { return false }
      return variable.dimensions == ["point"] && !measures.contains(variable.name)
    }.map(\.name)
    let leading = (lobes?.shown ?? []).compactMap { lobes?.variable($0) }.filter(names.contains)
    return try (leading + names.filter { !leading.contains($0) }).map { name in
      let values = try group.counts(name, "point")
      let numbers = 0..<max(0, min((values.max() ?? -1) + 1, classLimit))
      guard let lobes, let division = lobes.divisions.indices.first(where: { lobes.variable($0) == name }) else {
        let classes = numbers.map { name.hasSuffix("task") && $0 < tasks.count ? tasks[$0] : "\($0)" }
        return .init(title: LobeTable.spoken(name), classes: classes, values: values)
      }
      return .init(
        title: "lobe \(lobes.words(division))", classes: numbers.map { lobes.name(division, $0) }, values: values)
    }
  }

  private static func layers(_ layers: [Int]) -> SpaceView.Colouring {
    let distinct = Set(layers).sorted()
    let numbers = Dictionary(zip(distinct, distinct.indices)) { first, _ in first }
    return .init(
      title: "layer", classes: distinct.map { "layer \($0)" },
      values: layers.map { numbers[$0] ?? -1 }, isOrdered: true)
  }
}

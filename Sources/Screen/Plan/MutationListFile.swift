import Archive
import Basics
import Configuration
import Inputs
import Perturbations
import Transformer

/// Reads lists of mutations: tables of text, and the results files of earlier screens.
enum MutationListFile {
  /// Reads the list at `path`, or of a results file the mutations of an earlier screen, for a model of this shape.
  ///
  /// Throws a `TextFileError` that names the line or the mutation that the model does not have.
  static func read(path: String, which: MutationChoice.Which, model: HostShape) throws -> MutationList {
    guard MutationChoice.isResultsFile(path) else {
      return try MisplacedFile.list.reading(path) {
        try MutationListTable(
          bytes: try BoundedFile.read(path: path, limit: MutationTable.byteLimit, throwing: TextFileError.self),
          path: path
        )
        .list(for: model)
      }
    }
    var list = MutationList()
    try forEachMutation(ofResults: path, which, model: model) { mutation, parameters in
      list.parameters = parameters
      guard list.count < MutationList.limit else { throw tooMany(path) }
      list.append(mutation)
    }
    guard list.count > 0 else {
      throw TextFileError.input(
        path, "no mutation of this screen \(which == .all ? "is there" : "is non-silent"); name another file")
    }
    return try canonical(list, path)
  }

  /// The mutations of the regions of `size` within those whose mutation of the same kind is non-silent in the results
  /// file at `path`, perhaps none.
  static func refined(
    path: String, to size: RegionSize, model: HostShape, parameters: KindParameters
  ) throws -> MutationList {
    var list = MutationList(parameters: parameters)
    try forEachMutation(ofResults: path, .nonSilent, model: model) { mutation, _ in
      for region in mutation.region.divided(by: size) {
        guard list.count < MutationList.limit else { throw tooMany(path) }
        list.append(Mutation(region: region, kind: mutation.kind))
      }
    }
    return try canonical(list, path)
  }

  /// The mutations of the results file at `path`, of matrices of layers, with the largest mean divergence over its
  /// inputs, so many of them, of equal ones the first.
  ///
  /// Throws where it has fewer, or is of matrices of other shapes than the model's.
  static func strongest(_ count: Int, path: String, model: HostShape) throws -> MutationList {
    var (strongest, held) = (BinaryHeap<Strength>(), 0)
    let parameters = try strengths(ofResults: path, model: model) { strength in
      if held < count {
        strongest.insert(strength)
        held += 1
      } else if let least = strongest.first, least < strength {
        strongest.replaceFirst(strength)
      }
    }
    guard held == count else {
      throw TextFileError.input(
        path,
        "it has \(held) mutations whose divergence is a number, and mutations.pairs.top asks for \(count); "
          + "ask for fewer")
    }
    var places: Set<Int> = []
    while let strength = strongest.popFirst() { places.insert(strength.place) }
    var (list, place) = (MutationList(), 0)
    try forEachMutation(ofResults: path, .all, model: model) { mutation, _ in
      if places.contains(place) {
        list.append(mutation)
        if mutation.kind.hasParameter { list.parameters[mutation.kind] = parameters[mutation.kind] }
      }
      place += 1
    }
    return try canonical(list, path)
  }

  /// The place of a mutation in a results file, and its mean divergence; those that come later are less.
  private struct Strength: Comparable {
    let place: Int
    let divergence: Double

    static func < (left: Strength, right: Strength) -> Bool {
      left.divergence == right.divergence ? left.place > right.place : left.divergence < right.divergence
    }
  }

  /// Calls `body` with the mean divergence of each mutation whose divergences are numbers; returns those of kinds.
  private static func strengths(
    ofResults path: String, model: HostShape, _ body: (Strength) throws -> Void
  ) throws -> KindParameters {
    let file = try ResultsFile(path: path)
    let summary = file.summary
    if let shapes = summary.shapes, shapes != MatrixShapes(model) {
      throw TextFileError.input(
        path,
        "it is a screen of another model, \(summary.provenance.modelName.quoted), whose matrices have other shapes; "
          + "screen this model first")
    }
    guard summary.provenance.part == nil, summary.provenance.progress == nil else {
      throw TextFileError.input(
        path, "it holds a part of a screen, whose strongest mutations may be elsewhere; name the whole")
    }
    guard summary.recording.divergence else {
      throw TextFileError.input(
        path, "it has no divergences to find the strongest mutations by; screen with record: {divergence: true}")
    }
    let inputCount = max(1, summary.inputCount)
    let step = max(1, slabRows / inputCount)
    for start in stride(from: 0, to: summary.layeredCount, by: step) {
      let rows = start..<min(start + step, summary.layeredCount)
      let divergences = try file.values(\.divergence, rows)
      for (index, place) in rows.enumerated() {
        let own = divergences[index * summary.inputCount..<(index + 1) * summary.inputCount]
        let mean = own.reduce(0) { $0 + Double($1) } / Double(inputCount)
        if mean.isFinite { try body(Strength(place: place, divergence: mean)) }
      }
    }
    let parameters = try parameters(of: file)
    try file.close()
    return parameters
  }

  // MARK: Results files

  /// Rows that are read at a time.
  private static let slabRows = 1 << 16

  private static func forEachMutation(
    ofResults path: String, _ which: MutationChoice.Which, model: HostShape,
    _ body: (Mutation, KindParameters) throws -> Void
  ) throws {
    let file = try ResultsFile(path: path)
    let order = file.summary.provenance.rowOrder
    guard order == model.rowOrder.rawValue else {
      throw TextFileError.input(
        path,
        "the rows of its q and k are \(order.quoted) and the model's \(model.rowOrder.rawValue), so that the same "
          + "numbers name other rows; name a screen of a model of the same kind of file")
    }
    guard !file.summary.recording.components else {
      throw TextFileError.input(
        path, "its mutations are of components, which lists do not have; use mutations.components")
    }
    guard !file.summary.recording.pairs else {
      throw TextFileError.input(
        path, "it is a screen of pairs of mutations; name a screen of single ones, or use its mutations.pairs")
    }
    let parameters = try parameters(of: file)
    let (count, inputCount) = (file.summary.mutationCount, file.summary.inputCount)
    let step = max(1, slabRows / max(inputCount, 1))
    for start in stride(from: 0, to: count, by: step) {
      let rows = start..<min(start + step, count)
      let changes = which == .all ? [] : try file.values(\.firstChange, rows)
      for (index, mutation) in try file.mutationList(rows).enumerated() {
        let own = changes.dropFirst(index * inputCount).prefix(inputCount)
        guard which == .all || own.contains(where: { $0 >= 0 }) else { continue }
        if let problem = model.problem(of: mutation.region) {
          throw TextFileError.input(path, "mutation \(start + index): \(problem)")
        }
        guard !mutation.kind.replacesInputs else {
          throw TextFileError.input(
            path,
            "mutation \(start + index) is \(mutation.kind.rawValue), an edit of units, which lists do not have; use "
              + "mutations.edits")
        }
        guard !mutation.kind.hasParameter || parameters[mutation.kind] != nil else {
          throw TextFileError.input(
            path,
            "mutation \(start + index) is \(mutation.kind.rawValue), and its number is missing; the file is damaged")
        }
        try body(mutation, parameters)
      }
    }
    try file.close()
  }

  private static func parameters(of file: borrowing ResultsFile) throws -> KindParameters {
    let parameters = try file.kindParameters()
    for kind in Kind.allCases {
      if let number = parameters[kind], kind.parameter?.allows(number) != true {
        throw TextFileError.input(file.path, "\(number) is no number of \(kind.rawValue); the file is damaged")
      }
    }
    return parameters
  }

  private static func canonical(_ list: MutationList, _ path: String) throws -> MutationList {
    var list = list
    if let twice = list.sort() {
      throw TextFileError.input(path, "\(twice.words) is there twice; the file is damaged")
    }
    return list
  }

  private static func tooMany(_ path: String) -> TextFileError {
    .input(path, "this lists more than \(MutationList.limit) mutations; screen fewer layers or kinds at a time")
  }
}

extension Region {
  /// The regions of a smaller size, in the grid that covers the matrix, that this one consists of.
  fileprivate func divided(by size: RegionSize) -> [Region] {
    let (rowStep, columnStep) = (size.rows ?? rows.count, size.columns ?? columns.count)
    return stride(from: rows.lowerBound, to: rows.upperBound, by: rowStep).flatMap { row in
      stride(from: columns.lowerBound, to: columns.upperBound, by: columnStep).map { column in
        Region(
          layer: layer, matrix: matrix, rows: row..<min(row + rowStep, rows.upperBound),
          columns: column..<min(column + columnStep, columns.upperBound))
      }
    }
  }
}

extension Mutation {
  /// The choice in words, for messages.
  var words: String {
    "\(kind.rawValue) of \(region.place), \(region.rows.count) × "
      + "\(region.columns.count) at (\(region.rows.lowerBound), \(region.columns.lowerBound))"
  }
}

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
          bytes: try BoundedFile.read(path: path, limit: MutationListTable.byteLimit, throwing: TextFileError.self),
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
    "\(kind.rawValue) of layer \(region.layer) \(region.matrix.rawValue), \(region.rows.count) × "
      + "\(region.columns.count) at (\(region.rows.lowerBound), \(region.columns.lowerBound))"
  }
}

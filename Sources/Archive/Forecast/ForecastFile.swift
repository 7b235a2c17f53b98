import HDF5
import Perturbations
import Transformer

/// A forecast's file, to be read by one process.
public struct ForecastFile: ~Copyable {
  /// Root attribute `format`.
  public static let format = "locus-forecast"
  /// Goes up when a reader of the last version would misread a file.
  public static let version = 1
  static let fileFormat = FileFormat(name: format, versions: 1...version, noun: "forecast", command: "locus forecast")

  /// What a file says of itself and the sizes of its parts.
  public struct Summary: Sendable {
    /// The file's root attributes.
    public let provenance: Provenance
    /// Mutations that are foretold one by one, on each input.
    public let mutationCount: Int
    /// The id of each input.
    public let ids: [String]
    /// Steps of a continuation.
    public let stepCount: Int
    /// Random probes of the second order.
    public let probeCount: Int
    /// The maps, by the size of their regions.
    public let grids: [ForecastOutline.Grid]
    /// The shapes of the model's matrices.
    public let shapes: MatrixShapes?

    /// The number of inputs.
    public var inputCount: Int { ids.count }
  }

  /// The file's path.
  public let path: String
  /// What the file says of itself.
  public let summary: Summary
  private let file: File

  /// Opens a file and checks that its parts fit together.
  public init(path: String) throws {
    let file = try File.open(path)
    summary = try ForecastFile.summary(of: file)
    self.path = path
    self.file = file
  }

  /// Closes the file.
  public consuming func close() throws { try file.close() }

  /// Whether a forecast's file, of any version, is at this path.
  public static func isForecast(_ path: String) -> Bool { fileFormat.isFile(at: path) }

  // MARK: Numbers

  /// Consecutive mutations of the file.
  public func mutations(_ rows: Range<Int>) throws -> [Mutation] {
    func read<Element: NumericElement>(_ name: String) throws -> [Element] {
      try self.read("mutation/\(name)", at: [rows.lowerBound], count: [rows.count], shape: [summary.mutationCount])
    }
    let (layers, first): ([Int32], [Int32]) = (try read("layer"), try read("row"))
    let (columns, heights): ([Int32], [Int32]) = (try read("column"), try read("rows"))
    let widths: [Int32] = try read("columns")
    let (matrices, kinds): ([UInt8], [UInt8]) = (try read("matrix"), try read("kind"))
    return try rows.indices.map { place in
      let place = place - rows.lowerBound
      let (row, column) = (Int(first[place]), Int(columns[place]))
      guard let kind = Kind(code: kinds[place]), Int(matrices[place]) < WeightMatrix.allCases.count,
        row >= 0, column >= 0, heights[place] > 0, widths[place] > 0
      else {
        throw stranger(rows.lowerBound + place)
      }
      let region = Region(
        layer: Int(layers[place]), matrix: WeightMatrix.allCases[Int(matrices[place])],
        rows: row..<row + Int(heights[place]), columns: column..<column + Int(widths[place]))
      guard summary.shapes?.contains(region) ?? true else { throw stranger(rows.lowerBound + place) }
      return Mutation(region: region, kind: kind)
    }
  }

  /// The tokens of each prompt.
  public func prompts() throws -> [[Int32]] {
    let dataset = try file.openDataset("input/prompt_tokens")
    let (values, shape): ([Int32], [Int]) = (try dataset.read(), dataset.shape)
    try dataset.close()
    guard shape.count == 2, shape[0] == summary.inputCount else {
      throw ArchiveError("cannot read \(path): input/prompt_tokens has the shape \(shape); the file is damaged")
    }
    return (0..<shape[0]).map { input in
      Array(values[input * shape[1]..<(input + 1) * shape[1]].prefix { $0 >= 0 })
    }
  }

  /// What is foretold of consecutive mutations, `[mutation, input]`.
  public func values(_ column: ForecastColumn, _ rows: Range<Int>) throws -> [Float] {
    try read(
      "\(ForecastLayout.group)/\(column.rawValue)", at: [rows.lowerBound, 0], count: [rows.count, summary.inputCount],
      shape: [summary.mutationCount, summary.inputCount])
  }

  private func stranger(_ number: Int) -> ArchiveError {
    ArchiveError("cannot read \(path): mutation \(number) is none of its model; the file is damaged")
  }

  /// The map of a matrix, by the places of its layer and kind in the grid.
  public func map(
    of blocks: ForecastOutline.Grid.Blocks, in grid: ForecastOutline.Grid, layer: Int, kind: Int
  ) throws -> ForecastWriter.Map {
    func read<Element: NumericElement>(_ column: ForecastLayout.MapColumn) throws -> [Element] {
      try self.read(
        "\(ForecastLayout.group)/\(grid.name)/\(column.name(of: blocks.matrix))", at: [layer, kind, 0, 0],
        count: [1, 1, blocks.rows, blocks.columns],
        shape: [grid.layers.count, grid.kinds.count, blocks.rows, blocks.columns])
    }
    return ForecastWriter.Map(
      divergence: try read(.divergence), margin: try read(.margin), changed: try read(.changed))
  }

  private func read<Element: NumericElement>(
    _ name: String, at offset: [Int], count: [Int], shape: [Int]
  ) throws -> [Element] {
    let dataset = try file.openDataset(name)
    guard dataset.shape == shape else {
      throw ArchiveError("cannot read \(path): \(name) has the shape \(dataset.shape); the file is damaged")
    }
    let values: [Element] = try dataset.read(at: offset, count: count)
    try dataset.close()
    return values
  }

  // MARK: Summary

  private static func summary(of file: borrowing File) throws -> Summary {
    let provenance = try file.readProvenance(as: fileFormat)
    let group = ForecastLayout.group
    let pairs = try ResultsFile.shape(of: "\(group)/\(ForecastColumn.divergence.rawValue)", in: file) ?? []
    let tokens = try ResultsFile.shape(of: "baseline/tokens", in: file) ?? []
    let ids = try ResultsFile.strings("input/id", in: file)
    guard pairs.count == 2, tokens.count == 2, pairs[1] == ids.count else {
      throw ArchiveError(
        "cannot read \(file.path): it has \(ids.count) inputs but a forecast of shape \(pairs); the file is damaged")
    }
    let root = try file.openGroup(group)
    let probeCount = Int(try root.integerAttribute("probes"))
    var grids: [ForecastOutline.Grid] = []
    for name in try root.memberNames() where try root.kind(ofMember: name) == .group {
      grids.append(try grid(named: name, in: file))
    }
    try root.close()
    let shapes = try MatrixShapes(file)
    guard shapes.map({ shapes in grids.allSatisfy(shapes.hold) }) ?? grids.isEmpty else {
      throw ArchiveError("cannot read \(file.path): its maps are not of its matrices and layers; the file is damaged")
    }
    return Summary(
      provenance: provenance, mutationCount: pairs[0], ids: ids, stepCount: tokens[1], probeCount: probeCount,
      grids: grids, shapes: shapes)
  }

  private static func grid(named name: String, in file: borrowing File) throws -> ForecastOutline.Grid {
    let path = "\(ForecastLayout.group)/\(name)"
    let sides = name.split(separator: "x").map { $0 == "all" ? nil : Int($0) }
    let layers = try file.openDataset("\(path)/layer")
    let numbers: [Double] = try layers.read()
    try layers.close()
    let words = try ResultsFile.strings("\(path)/kind", in: file)
    let kinds = words.compactMap(Kind.init(rawValue:))
    let blocks = try WeightMatrix.allCases.compactMap { matrix in
      let dataset = "\(path)/\(ForecastLayout.MapColumn.divergence.name(of: matrix))"
      return try ResultsFile.shape(of: dataset, in: file).map { (matrix, $0) }
    }
    guard sides.count == 2, kinds.count == words.count, blocks.allSatisfy({ $0.1.count == 4 }),
      sides.allSatisfy({ $0.map { $0 > 0 } ?? true }), numbers.allSatisfy({ $0 >= 0 && $0 < 1e6 })
    else {
      throw ArchiveError("cannot read \(file.path): /\(path) is no map of regions; the file is damaged")
    }
    return ForecastOutline.Grid(
      size: RegionSize(rows: sides[0], columns: sides[1]), layers: numbers.map { Int($0) }, kinds: kinds,
      matrices: blocks.map { .init($0.0, rows: $0.1[2], columns: $0.1[3]) })
  }
}

extension MatrixShapes {
  /// Whether a grid's maps are of layers and matrices of the model, and have as many blocks as these.
  fileprivate func hold(_ grid: ForecastOutline.Grid) -> Bool {
    grid.layers.allSatisfy { $0 < layerCount }
      && grid.matrices.allSatisfy { blocks in
        guard let shape = shape(of: blocks.matrix) else { return false }
        let cover = RegionCover(grid.size, of: shape)
        return cover.rowBlocks == blocks.rows && cover.columnBlocks == blocks.columns
      }
  }
}

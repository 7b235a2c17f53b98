import HDF5
import Perturbations
import Transformer

/// Writes a forecast's file: the whole structure first, then mutations and maps in any order. For one process.
public struct ForecastWriter: ~Copyable {
  /// What is foretold of all regions of a matrix by one kind, over all inputs, row-major `[row block, column block]`.
  public struct Map: Sendable {
    /// The mean divergence over inputs, in nats.
    public var divergence: [Float]
    /// The largest margin of all inputs.
    public var margin: [Float]
    /// Inputs on which the verdict is predicted to change.
    public var changed: [Int32]

    /// Takes the numbers of each region.
    public init(divergence: [Float], margin: [Float], changed: [Int32]) {
      self.divergence = divergence
      self.margin = margin
      self.changed = changed
    }
  }

  private let path: String
  private let file: File
  private let inputCount: Int

  /// Creates the file at a path, which is a temporary one of the caller's, with all but what is foretold.
  public init(path: String, outline: ForecastOutline) throws {
    let layout = ForecastLayout(outline)
    let file = try File.create(path, communicator: nil)
    try file.write(outline.screen.provenance, as: ForecastFile.fileFormat)
    try file.setAttribute("title", outline.title)
    try file.setAttribute("probe_seed", "\(outline.seed)")
    for group in layout.groups { try file.create(group) }
    for group in layout.maps { try file.create(group, below: ForecastLayout.group) }
    try file.write(outline.screen.inputs, tasksIn: ForecastLayout.group)
    try file.writeBaselines(outline.screen)
    if let shapes = outline.screen.shapes {
      try file.dataset("matrix/rows") { try $0.writeWhole(shapes.rows) }
      try file.dataset("matrix/columns") { try $0.writeWhole(shapes.columns) }
    }
    try file.write(outline.screen.starts)
    self.path = path
    self.file = file
    inputCount = outline.screen.inputs.count
  }

  // MARK: Rows

  /// Writes consecutive mutations from `position` on, with what each sets its region to.
  public func write(_ mutations: [Mutation], values: [Float], at position: Int) throws {
    precondition(values.count == mutations.count, "a value for each mutation")
    guard !mutations.isEmpty else { return }
    try file.write(mutations, at: position, alsoIn: ForecastLayout.group)
    try file.writeRows("mutation/value", values, count: values.count, at: position)
  }

  /// Writes what is foretold of consecutive mutations from `position` on, `[mutation, input]`.
  public func write(_ column: ForecastColumn, _ values: [Float], at position: Int) throws {
    let count = values.count / max(1, inputCount)
    precondition(count * inputCount == values.count, "[mutation, input]")
    guard count > 0 else { return }
    try file.writeRows("\(ForecastLayout.group)/\(column.rawValue)", values, count: count, at: position, [inputCount])
  }

  /// Writes the map of a matrix, by the places of its layer and kind in the grid.
  public func write(
    _ map: Map, of blocks: ForecastOutline.Grid.Blocks, in grid: ForecastOutline.Grid, layer: Int, kind: Int
  )
    throws
  {
    func put<Element: NumericElement>(_ column: ForecastLayout.MapColumn, _ values: [Element]) throws {
      precondition(values.count == blocks.rows * blocks.columns, "[row block, column block]")
      try file.dataset("\(ForecastLayout.group)/\(grid.name)/\(column.name(of: blocks.matrix))") {
        try $0.write(values, at: [layer, kind, 0, 0], count: [1, 1, blocks.rows, blocks.columns])
      }
    }
    try put(.divergence, map.divergence)
    try put(.margin, map.margin)
    try put(.changed, map.changed)
  }

  /// Closes the file and hands it to the disk.
  public consuming func finish() throws {
    let path = path
    try file.close()
    try OutputTarget.handToDisk(path)
  }
}

extension File {
  /// Creates a group below another one.
  fileprivate func create(_ group: ResultsLayout.GroupLayout, below parent: String) throws {
    let outer = try openGroup(parent)
    let created = try outer.createGroup(group.name)
    try created.create(group.columns, dimensions: group.dimensions)
    if let comment = group.comment { try created.setAttribute("comment", comment) }
    try created.close()
    try outer.close()
  }
}

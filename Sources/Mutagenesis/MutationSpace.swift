import Transformer

/// All mutations of a plan in canonical order: by layer, matrix, row, column and kind, the kind running fastest.
///
/// An index and a mutation convert into each other by arithmetic; nothing is stored for each mutation.
public struct MutationSpace: Equatable, Sendable {
  public let regionRows: Int
  public let regionColumns: Int
  /// Ascending.
  public let layers: [Int]
  /// In canonical order.
  public let matrices: [WeightMatrix]
  public let kinds: [Kind]
  /// `[out, in]` of each of `matrices`.
  private let shapes: [[Int]]
  /// Mutations of one layer before each of `matrices`, and at the end those of the whole layer.
  private let offsets: [Int]

  public init(
    configuration: LlamaConfiguration, regionRows: Int, regionColumns: Int, layers: [Int], matrices: [WeightMatrix],
    kinds: [Kind]
  ) {
    precondition(regionRows > 0 && regionColumns > 0, "a region has rows and columns")
    precondition(layers.allSatisfy { $0 >= 0 && $0 < configuration.layerCount }, "layers of the model")
    self.regionRows = regionRows
    self.regionColumns = regionColumns
    self.layers = layers.sorted()
    self.matrices = matrices.sorted { $0.index < $1.index }
    self.kinds = kinds.sorted { $0.code < $1.code }
    shapes = self.matrices.map { matrix in
      let (rows, columns) = configuration.shape(of: matrix)
      return [rows, columns]
    }
    var offsets = [0]
    for shape in shapes {
      let blocks = shape[0].divided(byBlocksOf: regionRows) * shape[1].divided(byBlocksOf: regionColumns)
      offsets.append(offsets[offsets.count - 1] + blocks * kinds.count)
    }
    self.offsets = offsets
  }

  // MARK: Counts

  public var mutationsPerLayer: Int { offsets[matrices.count] }
  public var count: Int { mutationsPerLayer * layers.count }
  public var regionCount: Int { kinds.isEmpty ? 0 : count / kinds.count }

  /// The mutations of one matrix of one layer, by their places in `layers` and `matrices`.
  public func range(layer: Int, matrix: Int) -> Range<Int> {
    let start = layer * mutationsPerLayer
    return start + offsets[matrix]..<start + offsets[matrix + 1]
  }

  /// Row blocks and column blocks of a matrix, by its place in `matrices`.
  public func blocks(matrix: Int) -> (rows: Int, columns: Int) {
    (shapes[matrix][0].divided(byBlocksOf: regionRows), shapes[matrix][1].divided(byBlocksOf: regionColumns))
  }

  // MARK: Index and mutation

  public subscript(index: Int) -> Mutation {
    precondition(index >= 0 && index < count, "an index of the space")
    let (layer, inLayer) = index.quotientAndRemainder(dividingBy: mutationsPerLayer)
    let matrix = matrices.indices.last { offsets[$0] <= inLayer } ?? 0
    let (block, kind) = (inLayer - offsets[matrix]).quotientAndRemainder(dividingBy: kinds.count)
    let (row, column) = block.quotientAndRemainder(dividingBy: blocks(matrix: matrix).columns)
    let shape = shapes[matrix]
    let region = Region(
      layer: layers[layer], matrix: matrices[matrix],
      rows: row * regionRows..<min((row + 1) * regionRows, shape[0]),
      columns: column * regionColumns..<min((column + 1) * regionColumns, shape[1]))
    return Mutation(region: region, kind: kinds[kind])
  }

  /// The index of a mutation; nil if it is not of this space.
  public func index(of mutation: Mutation) -> Int? {
    let region = mutation.region
    guard let layer = layers.firstIndex(of: region.layer), let matrix = matrices.firstIndex(of: region.matrix),
      let kind = kinds.firstIndex(of: mutation.kind)
    else { return nil }
    let (row, rowRest) = region.rows.lowerBound.quotientAndRemainder(dividingBy: regionRows)
    let (column, columnRest) = region.columns.lowerBound.quotientAndRemainder(dividingBy: regionColumns)
    let (rowCount, columnCount) = blocks(matrix: matrix)
    guard rowRest == 0, columnRest == 0, row < rowCount, column < columnCount else { return nil }
    let index =
      layer * mutationsPerLayer + offsets[matrix] + (row * columnCount + column) * kinds.count + kind
    return self[index] == mutation ? index : nil
  }
}

extension Int {
  /// How many blocks of `size` cover this many elements, the last one perhaps in part.
  func divided(byBlocksOf size: Int) -> Int { (self + size - 1) / size }
}

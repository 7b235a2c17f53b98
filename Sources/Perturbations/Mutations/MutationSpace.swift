import Transformer

/// All mutations of a plan in canonical order: by layer, matrix, row, column and kind, the kind running fastest.
///
/// An index and a mutation convert into each other by arithmetic; nothing is stored for each mutation.
public struct MutationSpace: Equatable, Sendable {
  /// The size of a region; regions at the edges may be smaller.
  public let region: RegionSize
  /// The layers, counted from 0, ascending.
  public let layers: [Int]
  /// The matrices, in canonical order.
  public let matrices: [WeightMatrix]
  /// The kinds, in canonical order.
  public let kinds: [Kind]
  /// `[out, in]` of each of `matrices`.
  private let shapes: [[Int]]
  /// Mutations of one layer before each of `matrices`, and at the end those of the whole layer.
  private let offsets: [Int]

  /// All regions of a size in these layers and matrices, by these kinds.
  public init(
    shape model: HostShape, region: RegionSize, layers: [Int], matrices: [WeightMatrix], kinds: [Kind]
  ) {
    precondition(layers.allSatisfy { $0 >= 0 && $0 < model.layerCount }, "layers of the model")
    self.region = region
    self.layers = layers.sorted()
    self.matrices = matrices.sorted { $0.index < $1.index }
    self.kinds = kinds.sorted()
    shapes = self.matrices.map { matrix in
      let (rows, columns) = model.shape(of: matrix)
      return [rows, columns]
    }
    var offsets = [0]
    for shape in shapes {
      let blocks = region.blocks(of: (shape[0], shape[1]))
      let count = blocks.rows * blocks.columns
      offsets.append(offsets[offsets.count - 1] + count * kinds.count)
    }
    self.offsets = offsets
  }

  // MARK: Counts

  /// The number of mutations of one layer.
  public var mutationsPerLayer: Int { offsets[matrices.count] }
  /// The number of mutations of the space: regions times kinds.
  public var count: Int { mutationsPerLayer * layers.count }
  /// The number of regions of the space, all layers and matrices together.
  public var regionCount: Int { kinds.isEmpty ? 0 : count / kinds.count }

  /// The mutations of one matrix of one layer, by their places in `layers` and `matrices`.
  public func range(layer: Int, matrix: Int) -> Range<Int> {
    let start = layer * mutationsPerLayer
    return start + offsets[matrix]..<start + offsets[matrix + 1]
  }

  /// Row blocks and column blocks of a matrix, by its place in `matrices`.
  public func blocks(matrix: Int) -> (rows: Int, columns: Int) {
    region.blocks(of: (shapes[matrix][0], shapes[matrix][1]))
  }

  /// Rows and columns of a full region of a matrix, by its place in `matrices`.
  public func regionShape(matrix: Int) -> (rows: Int, columns: Int) {
    region.extent(in: (shapes[matrix][0], shapes[matrix][1]))
  }

  // MARK: Index and mutation

  /// The mutation with an index; computed, not stored.
  public subscript(index: Int) -> Mutation {
    precondition(index >= 0 && index < count, "an index of the space")
    let (layer, inLayer) = index.quotientAndRemainder(dividingBy: mutationsPerLayer)
    let matrix = matrices.indices.last { offsets[$0] <= inLayer } ?? 0
    let (block, kind) = (inLayer - offsets[matrix]).quotientAndRemainder(dividingBy: kinds.count)
    let (row, column) = block.quotientAndRemainder(dividingBy: blocks(matrix: matrix).columns)
    let (shape, size) = (shapes[matrix], regionShape(matrix: matrix))
    let region = Region(
      layer: layers[layer], matrix: matrices[matrix],
      rows: row * size.rows..<min((row + 1) * size.rows, shape[0]),
      columns: column * size.columns..<min((column + 1) * size.columns, shape[1]))
    return Mutation(region: region, kind: kinds[kind])
  }

  /// The index of a mutation; nil if it is not of this space.
  public func index(of mutation: Mutation) -> Int? {
    let region = mutation.region
    guard let layer = layers.firstIndex(of: region.layer), let matrix = matrices.firstIndex(of: region.matrix),
      let kind = kinds.firstIndex(of: mutation.kind)
    else { return nil }
    let size = regionShape(matrix: matrix)
    let (row, rowRest) = region.rows.lowerBound.quotientAndRemainder(dividingBy: size.rows)
    let (column, columnRest) = region.columns.lowerBound.quotientAndRemainder(dividingBy: size.columns)
    let (rowCount, columnCount) = blocks(matrix: matrix)
    guard rowRest == 0, columnRest == 0, row < rowCount, column < columnCount else { return nil }
    let index =
      layer * mutationsPerLayer + offsets[matrix] + (row * columnCount + column) * kinds.count + kind
    return self[index] == mutation ? index : nil
  }
}

import Transformer

/// All mutations of a plan in canonical order: by layer, matrix, row, column and kind, the kind running fastest, and
/// those of matrices outside of the layers behind them.
///
/// An index and a mutation convert into each other by arithmetic; nothing is stored for each mutation.
public struct MutationSpace: Equatable, Sendable {
  /// The size of a region; regions at the edges may be smaller.
  public let region: RegionSize
  /// The layers, counted from 0, ascending.
  public let layers: [Int]
  /// The matrices of each of the layers, in canonical order.
  public let matrices: [WeightMatrix]
  /// The matrices that are of no layer, in canonical order.
  public let outer: [WeightMatrix]
  /// The kinds, in canonical order.
  public let kinds: [Kind]
  /// `[out, in]` of each of `matrices`, and of each of `outer`.
  private let shapes: [[Int]]
  /// Mutations of one layer before each of `matrices`, and at the end those of the whole layer.
  private let offsets: [Int]
  /// Mutations of `outer` before each of them, and at the end all of them.
  private let outerOffsets: [Int]

  /// All regions of a size in these layers and matrices, by these kinds.
  public init(
    shape model: HostShape, region: RegionSize, layers: [Int], matrices: [WeightMatrix], kinds: [Kind]
  ) {
    precondition(layers.allSatisfy { $0 >= 0 && $0 < model.layerCount }, "layers of the model")
    self.region = region
    self.layers = layers.sorted()
    let sorted = matrices.sorted { $0.index < $1.index }
    self.matrices = sorted.filter { !$0.isOuter }
    outer = sorted.filter(\.isOuter)
    self.kinds = kinds.sorted()
    shapes = sorted.map { matrix in
      let (rows, columns) = model.shape(of: matrix)
      return [rows, columns]
    }
    let counts = shapes.map { shape in
      let blocks = region.blocks(of: (shape[0], shape[1]))
      return blocks.rows * blocks.columns * kinds.count
    }
    func sums(_ counts: some Sequence<Int>) -> [Int] { counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) } }
    offsets = sums(counts.prefix(self.matrices.count))
    outerOffsets = sums(counts.dropFirst(self.matrices.count))
  }

  // MARK: Counts

  /// The number of mutations of one layer.
  public var mutationsPerLayer: Int { offsets[matrices.count] }
  /// The number of mutations of matrices that are of no layer.
  public var outerCount: Int { outerOffsets[outer.count] }
  /// The number of mutations of the space: regions times kinds.
  public var count: Int { mutationsPerLayer * layers.count + outerCount }
  /// The number of regions of the space, all layers and matrices together.
  public var regionCount: Int { kinds.isEmpty ? 0 : count / kinds.count }

  /// The mutations of one matrix of one layer, by their places in `layers` and `matrices`.
  public func range(layer: Int, matrix: Int) -> Range<Int> {
    let start = layer * mutationsPerLayer
    return start + offsets[matrix]..<start + offsets[matrix + 1]
  }

  /// The mutations of each matrix of each layer, and of each matrix that is of none, one behind the other.
  public var stretches: [Range<Int>] {
    let start = mutationsPerLayer * layers.count
    return layers.indices.flatMap { layer in matrices.indices.map { range(layer: layer, matrix: $0) } }
      + outer.indices.map { start + outerOffsets[$0]..<start + outerOffsets[$0 + 1] }
  }

  /// Rows and columns of a full region of a matrix, by its place in `shapes`.
  private func regionShape(_ place: Int) -> (rows: Int, columns: Int) {
    region.extent(in: (shapes[place][0], shapes[place][1]))
  }

  // MARK: Index and mutation

  /// The mutation with an index; computed, not stored.
  public subscript(index: Int) -> Mutation {
    precondition(index >= 0 && index < count, "an index of the space")
    let (place, layer, inMatrix) = find(index)
    let (block, kind) = inMatrix.quotientAndRemainder(dividingBy: kinds.count)
    let (shape, size) = (shapes[place], regionShape(place))
    let (row, column) = block.quotientAndRemainder(dividingBy: self.region.blocks(of: (shape[0], shape[1])).columns)
    let region = Region(
      layer: layer, matrix: place < matrices.count ? matrices[place] : outer[place - matrices.count],
      rows: row * size.rows..<min((row + 1) * size.rows, shape[0]),
      columns: column * size.columns..<min((column + 1) * size.columns, shape[1]))
    return Mutation(region: region, kind: kinds[kind])
  }

  /// The place of an index's matrix in `shapes`, its layer, and the place among the mutations of the matrix.
  private func find(_ index: Int) -> (place: Int, layer: Int, inMatrix: Int) {
    let outerStart = mutationsPerLayer * layers.count
    guard index < outerStart else {
      let place = outer.indices.last { outerOffsets[$0] <= index - outerStart } ?? 0
      return (matrices.count + place, Region.outside, index - outerStart - outerOffsets[place])
    }
    let (layer, inLayer) = index.quotientAndRemainder(dividingBy: mutationsPerLayer)
    let place = matrices.indices.last { offsets[$0] <= inLayer } ?? 0
    return (place, layers[layer], inLayer - offsets[place])
  }

  /// The first index of the mutations of a region's matrix, and the matrix's place in `shapes`; nil where the space has
  /// none.
  private func start(of region: Region) -> (index: Int, place: Int)? {
    if region.layer == Region.outside, let place = outer.firstIndex(of: region.matrix) {
      return (mutationsPerLayer * layers.count + outerOffsets[place], matrices.count + place)
    }
    guard let layer = layers.firstIndex(of: region.layer), let matrix = matrices.firstIndex(of: region.matrix) else {
      return nil
    }
    return (layer * mutationsPerLayer + offsets[matrix], matrix)
  }

  /// The index of a mutation; nil if it is not of this space.
  public func index(of mutation: Mutation) -> Int? {
    let region = mutation.region
    guard let (start, place) = start(of: region), let kind = kinds.firstIndex(of: mutation.kind) else { return nil }
    let size = regionShape(place)
    let (row, rowRest) = region.rows.lowerBound.quotientAndRemainder(dividingBy: size.rows)
    let (column, columnRest) = region.columns.lowerBound.quotientAndRemainder(dividingBy: size.columns)
    let (rowCount, columnCount) = self.region.blocks(of: (shapes[place][0], shapes[place][1]))
    guard rowRest == 0, columnRest == 0, row < rowCount, column < columnCount else { return nil }
    let index = start + (row * columnCount + column) * kinds.count + kind
    return self[index] == mutation ? index : nil
  }
}

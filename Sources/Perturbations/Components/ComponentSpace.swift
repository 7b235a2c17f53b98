import LinearAlgebra
import Transformer

/// All mutations of components of a plan in canonical order: by layer, matrix, component and kind, the kind running
/// fastest.
public struct ComponentSpace: Sendable {
  /// A matrix of a layer with its components.
  public struct Group: Equatable, Sendable {
    /// The whole matrix.
    public let region: Region
    /// The number of its components.
    public let count: Int
  }

  /// The origin of the components.
  public let source: ComponentSource
  /// The matrices that have components, in canonical order.
  public let groups: [Group]
  /// The kinds, in canonical order.
  public let kinds: [Kind]
  /// Mutations before each of `groups`, and at the end all.
  private let starts: [Int]

  /// The components of these matrices and layers, each by all kinds, which multiply by a number; matrices without
  /// components are left out.
  public init(
    source: ComponentSource, shape: HostShape, layers: [Int], matrices: [WeightMatrix], kinds: [Kind]
  ) {
    precondition(layers.allSatisfy { $0 >= 0 && $0 < shape.layerCount }, "layers of the model")
    precondition(kinds.allSatisfy(\.multiplies), "kinds that multiply by a number")
    self.source = source
    self.kinds = kinds.sorted()
    let all = layers.sorted().flatMap { layer in
      matrices.sorted { $0.index < $1.index }.map { matrix in
        let (rows, columns) = shape.shape(of: matrix)
        return Group(
          region: Region(layer: layer, matrix: matrix, rows: 0..<rows, columns: 0..<columns),
          count: source.count(layer: layer, matrix: matrix, shape: shape))
      }
    }
    groups = all.filter { $0.count > 0 }
    starts = groups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count * kinds.count) }
  }

  /// The number of mutations.
  public var count: Int { starts[groups.count] }
  /// The number of components.
  public var componentCount: Int { kinds.isEmpty ? 0 : count / kinds.count }

  /// The mutations of one of `groups`.
  func range(group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }

  /// Bytes that the components of a matrix take at most, and the search for singular ones.
  var heldBytes: Int {
    groups.map { group in
      let (rows, columns) = (group.region.rows.count, group.region.columns.count)
      let vectors = 2 * SingularTriples.expectedProducts(group.count, columns: columns)
      return MemoryLayout<Double>.stride * (2 * vectors * (rows + 2 * columns) + StoredMatrix.panelRows * columns)
        + MemoryLayout<Float>.stride * UnitPlan.mutantsPerUnit * (rows + columns)
    }.max() ?? 0
  }

  /// The mutation with an index; computed, not stored.
  public subscript(index: Int) -> Mutation {
    precondition(index >= 0 && index < count, "an index of the space")
    var (low, high) = (0, groups.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    let (component, kind) = (index - starts[low]).quotientAndRemainder(dividingBy: kinds.count)
    return Mutation(region: groups[low].region, kind: kinds[kind], component: component)
  }
}

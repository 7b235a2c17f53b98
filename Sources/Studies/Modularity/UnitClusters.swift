import Basics
import Geometry
import LinearAlgebra
import Transformer

/// Clusters of the units of some layers by what they read: balanced partitions of the rows of the up-projection, each
/// scaled to length 1 (MoEfication, Zhang et al. 2022, arXiv 2110.01786).
package struct UnitClusters: Equatable, Sendable {
  /// The layers.
  let layers: [Int]
  /// The number of clusters of a layer.
  let clusterCount: Int
  /// The cluster of each unit by the best partition, `[layer][unit]`.
  package let labels: [[Int32]]
  /// The sum of squared distances to the means of clusters, `[layer][seed]`.
  let objectives: [[Double]]
  /// The cluster of each unit by a random partition, `[layer][unit]`.
  let randomLabels: [[Int32]]
  /// The sum of squared distances of the random partition, `[layer]`.
  let randomObjectives: [Double]

  /// The sum of the best partition of each layer.
  var best: [Double] { objectives.map { $0.min() ?? .nan } }

  /// The matrix whose rows make the hidden units of a model; nil where there is none.
  static func matrix(_ shape: HostShape) -> WeightMatrix? {
    [.up, .gate].first { shape.matrices.contains($0) }
  }

  /// The units of a layer in a random order, which any program can follow.
  static func order(seed: Int, layer: Int, what: String = "cluster", _ width: Int) -> [Int] {
    PortableRandom.order(width) { "\(seed):\(layer):\(what):\($0)" }
  }

  /// The random partition that cuts the random order of the units into equal pieces.
  package static func random(seed: Int, layer: Int, _ width: Int, _ clusterCount: Int) -> [Int32] {
    var labels = [Int32](repeating: 0, count: width)
    for (place, unit) in order(seed: seed, layer: layer, width).enumerated() {
      labels[unit] = Int32(place * clusterCount / width)
    }
    return labels
  }

  /// The rows of a layer's matrix, each at length 1, `[units, inputs]`; a row of zeros stays.
  static func rows(_ model: Model, layer: Int, _ matrix: WeightMatrix) -> DoubleMatrix {
    let weight = model.layers[layer][matrix].weight
    var floats = [Float](repeating: 0, count: weight.rows * weight.columns)
    floats.withUnsafeMutableBufferPointer { floats in
      if let base = floats.baseAddress { weight.widen(rows: 0..<weight.rows, into: base) }
    }
    var rows = DoubleMatrix(rows: weight.rows, columns: weight.columns, values: floats.map(Double.init))
    for row in 0..<rows.rows {
      let length = rows[row: row].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      for place in row * rows.columns..<(row + 1) * rows.columns { rows.values[place] /= length }
    }
    return rows
  }

  /// Finds the clusters of some layers from several starts each, which a stage shares. The random partition is that of
  /// the first seed.
  static func find(
    on ground: StudyGround, layers: [Int], clusterCount: Int, seeds: [Int], phase: String
  ) throws -> UnitClusters {
    let shape = ground.shape
    guard let matrix = matrix(shape) else { preconditionFailure("a matrix that makes hidden units") }
    let (width, dimension) = shape.shape(of: matrix)
    let cost = BalancedPartition.operations(points: width, dimension: dimension, clusters: clusterCount)
    let count = layers.count * seeds.count
    // A piece gives the objective, that of the random partition of its seed, and the labels.
    let pieces = try ground.stages.evaluate(
      phase, costs: Array(repeating: cost, count: count), sizes: Array(repeating: 2 + width, count: count)
    ) { piece in
      let (layer, seed) = (layers[piece / seeds.count], seeds[piece % seeds.count])
      let rows = rows(ground.pass.model, layer: layer, matrix)
      let found = BalancedPartition(
        rows, centres: Array(order(seed: seed, layer: layer, width).prefix(clusterCount)))
      let random = BalancedPartition(
        rows, labels: self.random(seed: seed, layer: layer, width, clusterCount), clusterCount: clusterCount)
      return [found.objective, random.objective] + found.labels.map(Double.init)
    }
    let all = try pieces.all()
    return UnitClusters(
      layers: layers, clusterCount: clusterCount, width: width, seeds: seeds,
      found: layers.indices.map { layer in Array(all[layer * seeds.count..<(layer + 1) * seeds.count]) })
  }

  /// Takes what the pieces of each layer gave, `[layer][seed]`.
  private init(layers: [Int], clusterCount: Int, width: Int, seeds: [Int], found: [[[Double]]]) {
    self.layers = layers
    self.clusterCount = clusterCount
    objectives = found.map { $0.map { $0[0] } }
    labels = found.map { tries in
      let best = tries.indices.reduce(0) { tries[$1][0] < tries[$0][0] ? $1 : $0 }
      return tries[best].dropFirst(2).map { Int32($0) }
    }
    randomObjectives = found.map { $0[0][1] }
    randomLabels = layers.map { UnitClusters.random(seed: seeds[0], layer: $0, width, clusterCount) }
  }

  /// Takes clusters as they are, `[layer][unit]`.
  package init(layers: [Int], clusterCount: Int, labels: [[Int32]], seed: Int = 0) {
    self.layers = layers
    self.clusterCount = clusterCount
    self.labels = labels
    objectives = layers.map { _ in [] }
    randomObjectives = layers.map { _ in .nan }
    randomLabels = zip(layers, labels).map { UnitClusters.random(seed: seed, layer: $0, $1.count, clusterCount) }
  }
}

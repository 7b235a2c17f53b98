import LinearAlgebra
import MessagePassing

/// How alike features are in what they fire on, as an affinity: from a record alone, without a matrix in memory.
///
/// Features that never fire are like none and are dropped; so are, for phi, those that always fire, of which it says
/// nothing. Where phi is below 0 it counts as 0: an affinity joins, and cannot set apart. It can be left uncut, to be
/// multiplied; but rows may then sum to less than 0, which spectral clustering cannot take.
///
/// Simple matching and uncut phi are the product FFᵀ of the record, scaled, and a matrix of rank two or one: a
/// multiplication is 4 · firings operations a column. The others are computed from counts each time they are
/// multiplied.
public struct FunctionalAffinity: Sendable {
  /// The measure of how alike two features fire.
  public let measure: FiringMeasure
  /// Whether affinities below 0 count as 0.
  public let isCut: Bool
  /// The features that are kept, ascending: point i of the affinity is feature `features[i]`.
  public let features: [Int]
  /// Features that are dropped because they never fire, and because they always do.
  public let neverFiring: Int
  /// Features that are dropped because they fire on every document; 0 unless the measure is phi.
  public let alwaysFiring: Int
  let counts: CofiringCounts
  /// n1 of each point, and √(n1 (T − n1)), `[count]`.
  let sizes: [Double]
  let spreads: [Double]

  /// Takes a record and keeps those of its features of which the measure says something.
  public init(_ record: FiringRecord, measure: FiringMeasure, isCut: Bool = true) {
    let (sizes, documents) = (record.counts, record.documentCount)
    let fires = sizes.indices.filter { sizes[$0] > 0 }
    let kept = measure == .phi ? fires.filter { sizes[$0] < documents } : fires
    self.measure = measure
    self.isCut = isCut
    features = kept
    neverFiring = sizes.count - fires.count
    alwaysFiring = fires.count - kept.count
    counts = CofiringCounts(record[features: kept])
    self.sizes = kept.map { Double(sizes[$0]) }
    spreads = self.sizes.map { FiringMeasure.spread($0, documents: Double(documents)) }
  }

  /// The labels of all features of a record from those of the kept ones: −1 for one that was dropped.
  public func labelsOfAll(_ labels: [Int32]) -> [Int32] {
    precondition(labels.count == count, "a label for each kept feature")
    var all = Array(repeating: Int32(-1), count: count + neverFiring + alwaysFiring)
    for (feature, label) in zip(features, labels) { all[feature] = label }
    return all
  }

  /// Affinities of a row of a tile; 0 for a point to itself.
  private func write(_ tile: CofiringTile, row place: Int, to target: UnsafeMutablePointer<Float>) {
    let (row, both, documents) = (tile.rows[place], tile[row: place], Double(counts.record.documentCount))
    let (size, spread, least) = (sizes[row], spreads[row], isCut ? 0 : -Double.infinity)
    @inline(__always) func fill(_ measure: FiringMeasure) {
      tile.columns.withUnsafeBufferPointer { columns in
        sizes.withUnsafeBufferPointer { sizes in
          spreads.withUnsafeBufferPointer { spreads in
            for place in 0..<columns.count {
              let other = columns[place]
              let value = measure.value(
                both: Double(both[place]), sizes: (size, sizes[other]), spreads: (spread, spreads[other]),
                documents: documents)
              target[place] = Float(max(least, value))
            }
          }
        }
      }
    }
    // A loop for each measure, so that none has branches.
    switch measure {
    case .simpleMatching: fill(.simpleMatching)
    case .jaccard: fill(.jaccard)
    case .dice: fill(.dice)
    case .overlap: fill(.overlap)
    case .phi: fill(.phi)
    }
    for (place, column) in tile.columns.enumerated() where column == row { target[place] = 0 }
  }
}

extension FunctionalAffinity: EntryAffinity {
  /// The number of features that are kept.
  public var count: Int { features.count }

  /// Some rows of the matrix times `block`, `[count, width]`: `[rows, width]`.
  public func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
    precondition(block.rows == count, "a block of \(count) rows")
    if measure == .simpleMatching || measure == .phi && !isCut { return sparseProduct(of: rows, with: block) }
    let (tile, workspace) = (Matrix(rows: EntryTile.size, columns: CofiringCounts.columnLimit), ProductWorkspace())
    var product = BlockProduct(of: rows, with: block)
    counts.forEachTile(of: rows) { counts in
      guard let first = counts.columns.first else { return }
      let columns = first..<first + counts.columns.count
      for run in counts.runs(limit: EntryTile.size) {
        let entries = tile.view[rows: 0..<run.count][columns: 0..<columns.count]
        for place in run { write(counts, row: place, to: entries.row(place - run.lowerBound)) }
        let some = counts.rows[run.lowerBound]..<counts.rows[run.lowerBound] + run.count
        product.add(entries.reading, rows: some, columns: columns, in: workspace)
      }
    }
    return product.sums
  }

  /// Writes the affinities of `rows` with `columns` to `target`, `[rows, columns]`.
  public func write(_ rows: Range<Int>, _ columns: [Int], to target: MutableMatrixView, in workspace: ProductWorkspace)
  {
    precondition(target.rows == rows.count && target.columns == columns.count, "an entry for each pair")
    for some in rows.pieces(of: CofiringCounts.rowLimit) {
      counts.withTile(of: some, columns: columns) { tile in
        for place in tile.rows.indices {
          write(tile, row: place, to: target.row(some.lowerBound - rows.lowerBound + place))
        }
      }
    }
  }

  /// Whole rows, `[rows, count]`.
  fileprivate func write(_ rows: Range<Int>, to target: MutableMatrixView) {
    counts.forEachTile(of: rows) { tile in
      for (place, row) in tile.rows.enumerated() {
        write(tile, row: place, to: target.row(row - rows.lowerBound) + (tile.columns.first ?? 0))
      }
    }
  }

  /// Features that fire on one document are joined; but phi asks for more than chance, and simple matching joins nearly
  /// all.
  public func components(sharing: Sharing) throws -> Components {
    guard [.jaccard, .dice, .overlap].contains(measure) else { return try Components(of: self, sharing: sharing) }
    var sets = DisjointSets(count: count)
    for document in 0..<counts.features.featureCount {
      let own = counts.features[feature: document]
      for feature in own.dropFirst() { sets.join(Int(own[own.startIndex]), Int(feature)) }
    }
    return Components(sets)
  }

  /// FFᵀ between scales, and what is of low rank; without the diagonal, which is 1. Summed in the order of the record.
  private func sparseProduct(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
    let documents = Double(counts.record.documentCount)
    let scales = measure == .phi ? spreads.map { 1 / $0 } : Array(repeating: 1, count: count)
    var (scaled, sum, weighted) = (block, Array(repeating: 0.0, count: block.columns), [Double]())
    weighted = sum
    for row in 0..<count {
      for column in 0..<block.columns {
        scaled[row, column] *= scales[row]
        sum[column] += scaled[row, column]
        weighted[column] += scaled[row, column] * sizes[row]
      }
    }
    let ofDocuments = counts.features.sums(of: scaled, for: 0..<counts.features.featureCount)
    var product = counts.record.sums(of: ofDocuments, for: rows)
    for (place, row) in rows.enumerated() {
      for column in 0..<block.columns {
        let both = product[place, column]
        let value =
          measure == .phi
          ? scales[row] * (documents * both - sizes[row] * weighted[column])
          : ((documents - sizes[row]) * sum[column] - weighted[column] + 2 * both) / documents
        product[place, column] = value - block[row, column]
      }
    }
    return product
  }
}

extension FiringRecord {
  /// For each of some features the sum of the rows of `block`, `[documentCount, width]`, that it fires on:
  /// `[features, width]`.
  fileprivate func sums(of block: DoubleMatrix, for features: Range<Int>) -> DoubleMatrix {
    let width = block.columns
    var sums = DoubleMatrix(rows: features.count, columns: width)
    sums.values.withUnsafeMutableBufferPointer { sums in
      block.values.withUnsafeBufferPointer { block in
        for (place, feature) in features.enumerated() {
          for document in self[feature: feature] {
            let start = Int(document) * width
            for column in 0..<width { sums[place * width + column] += block[start + column] }
          }
        }
      }
    }
    return sums
  }
}

extension DenseAffinity {
  /// A functional affinity in memory.
  public init(_ affinity: FunctionalAffinity, sharing: Sharing) {
    self.init(count: affinity.count, sharing: sharing) { rows, target in affinity.write(rows, to: target) }
  }
}

import LinearAlgebra
import Transformer

/// Adds up the drive of the baselines while they run as whole sequences.
///
/// The sums of each input are rounded to multiples of 2⁻⁵² and added as whole numbers, so that the order of the inputs,
/// and who adds which, does not matter to a bit. In the last layer, which is trimmed, only the positions count that it
/// computes: all for keys and values, behind them those whose scores choose a step.
public final class InputSummation: Hook {
  private static let resolution = 0x1p52
  /// Sums of an input from here on are recorded as not a number. Below it, the sums of all inputs that a screen can
  /// have fit into the accumulator.
  private static let limit = 0x1p56

  private let blockColumns: Int
  private let layerCount: Int
  private let blocks: [Block]
  /// Blocks of a layer's sites before each of them, and at the end all of them.
  private let offsets: [Int]
  /// `[layer, block of a site]`, in units of 1 / resolution.
  private var sums: [Int128]
  private var squares: [Int128]
  /// How many inputs were beyond the limit.
  private var beyond: [Int64]
  /// Positions that were summed, `[layer, site]`.
  private var positions: [Int64]

  /// Makes empty sums for a model of this shape, with `blockColumns` columns a block.
  public init(shape: HostShape, blockColumns: Int) {
    precondition(blockColumns > 0, "a block has columns")
    self.blockColumns = blockColumns
    layerCount = shape.layerCount
    blocks = shape.blocks
    offsets = InputSummation.offsets(shape, blockColumns)
    let count = layerCount * offsets[MatrixInput.allCases.count]
    sums = Array(repeating: 0, count: count)
    squares = sums
    beyond = Array(repeating: 0, count: count)
    positions = Array(repeating: 0, count: layerCount * MatrixInput.allCases.count)
  }

  private static func offsets(_ shape: HostShape, _ blockColumns: Int) -> [Int] {
    MatrixInput.allCases.reduce(into: [0]) { offsets, site in
      let width = site.firstProduct(in: shape.blocks[0])?.columns ?? 0
      offsets.append(offsets[offsets.count - 1] + (width + blockColumns - 1) / blockColumns)
    }
  }

  /// Bytes that it takes, those of sharing its numbers included.
  public static func byteCount(shape: HostShape, blockColumns: Int) -> Int {
    let blocks = shape.layerCount * offsets(shape, blockColumns)[MatrixInput.allCases.count]
    return blocks * (2 * MemoryLayout<Int128>.stride + 8 + 2 * 8 * (2 * limbCount + 1))
  }

  // MARK: Adding

  public func places(ofLayer layer: Int) -> Set<Place> {
    Set(MatrixInput.allCases.compactMap { $0.firstProduct(in: blocks[layer]) }.map { .product($0.matrix) })
  }

  public func visit(_ visit: Visit) {
    guard let input = visit.input, case .product(let matrix) = visit.place,
      let site = MatrixInput.allCases.first(where: { $0.firstProduct(in: blocks[visit.layer])?.matrix == matrix })
    else { return }
    for range in visit.ranges { add(input[rows: range], layer: visit.layer, site: site) }
  }

  /// Adds the positions of one input, `[positions, in]`.
  private func add(_ input: MatrixView, layer: Int, site: MatrixInput) {
    let count = offsets[site.index + 1] - offsets[site.index]
    var own = [Double](repeating: 0, count: count)
    var ownSquares = own
    for row in 0..<input.rows {
      let values = input.row(row)
      for block in 0..<count {
        var sum = 0.0
        for column in block * blockColumns..<min((block + 1) * blockColumns, input.columns) {
          sum += Double(values[column])
        }
        own[block] += sum
        ownSquares[block] += sum * sum
      }
    }
    let first = layer * offsets[MatrixInput.allCases.count] + offsets[site.index]
    for block in 0..<count {
      guard abs(own[block]) < InputSummation.limit, ownSquares[block] < InputSummation.limit else {
        beyond[first + block] += 1
        continue
      }
      sums[first + block] += Int128((own[block] * InputSummation.resolution).rounded())
      squares[first + block] += Int128((ownSquares[block] * InputSummation.resolution).rounded())
    }
    positions[layer * MatrixInput.allCases.count + site.index] += Int64(input.rows)
  }

  // MARK: Sharing

  private static let limbCount = 4

  /// All of it as numbers whose sums over ranks are those of what the ranks have added together.
  public var parts: [Int64] {
    get {
      let numbers = sums + squares
      return (0..<InputSummation.limbCount).flatMap { limb in
        // The last limb has the sign.
        let isLast = limb == InputSummation.limbCount - 1
        return numbers.map { Int64(isLast ? $0 >> (32 * limb) : ($0 >> (32 * limb)) & 0xffff_ffff) }
      } + beyond + positions
    }
    set {
      let count = sums.count
      precondition(
        newValue.count == (2 * InputSummation.limbCount + 1) * count + positions.count, "numbers of the same shape")
      func number(_ index: Int) -> Int128 {
        (0..<InputSummation.limbCount).reduce(0) { $0 + Int128(newValue[2 * count * $1 + index]) << (32 * $1) }
      }
      sums = (0..<count).map(number)
      squares = (count..<2 * count).map(number)
      beyond = Array(newValue[2 * InputSummation.limbCount * count..<(2 * InputSummation.limbCount + 1) * count])
      positions = Array(newValue.suffix(positions.count))
    }
  }

  // MARK: Result

  /// Means over all positions that were added.
  public var drive: InputSums {
    let siteCount = MatrixInput.allCases.count
    let blockCount = zip(offsets, offsets.dropFirst()).map { $1 - $0 }.max() ?? 0
    var means = [Float](repeating: .nan, count: layerCount * siteCount * blockCount)
    var roots = means
    for layer in 0..<layerCount {
      for site in 0..<siteCount {
        let scale = 1 / (InputSummation.resolution * Double(positions[layer * siteCount + site]))
        let first = layer * offsets[siteCount]
        for source in first + offsets[site]..<first + offsets[site + 1] where beyond[source] == 0 {
          let target = (layer * siteCount + site) * blockCount + source - first - offsets[site]
          means[target] = Float(Double(sums[source]) * scale)
          roots[target] = Float((Double(squares[source]) * scale).squareRoot())
        }
      }
    }
    return InputSums(layerCount: layerCount, blockCount: blockCount, sumMean: means, sumRMS: roots)
  }
}

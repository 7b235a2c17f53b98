import Perturbations
import Transformer

/// The mutations of a screen in the order of its results file, in columns: twenty bytes each.
public struct MutationColumns: Sendable {
  /// All mutations of one kind of one matrix of one layer.
  public struct Combination: Equatable, Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The kind.
    public let kind: Kind
  }

  /// Every kind of each matrix that was screened, in canonical order; of some there may be no mutation.
  public private(set) var combinations: [Combination] = []
  /// The number of mutations of each combination.
  public private(set) var mutationCounts: [Int] = []
  /// The place of each mutation's combination in `combinations`.
  public private(set) var places: [Int32] = []
  private var row: [Int32] = []
  private var column: [Int32] = []
  private var rows: [Int32] = []
  private var columns: [Int32] = []

  /// No mutations yet.
  public init() {}

  /// The number of mutations.
  public var count: Int { places.count }

  /// The mutation at a place of the results file.
  public subscript(index: Int) -> Mutation {
    let combination = combinations[Int(places[index])]
    let (row, column) = (Int(row[index]), Int(column[index]))
    return Mutation(
      region: Region(
        layer: combination.layer, matrix: combination.matrix, rows: row..<row + Int(rows[index]),
        columns: column..<column + Int(columns[index])),
      kind: combination.kind)
  }

  /// Takes in the next mutation in canonical order.
  public mutating func append(_ mutation: Mutation) {
    let region = mutation.region
    if combinations.last?.layer != region.layer || combinations.last?.matrix != region.matrix {
      combinations += Kind.allCases.map { Combination(layer: region.layer, matrix: region.matrix, kind: $0) }
      mutationCounts += Kind.allCases.map { _ in 0 }
    }
    let kindCount = Kind.allCases.count
    let first = combinations.count - kindCount
    let place = first + (Kind.allCases.firstIndex(of: mutation.kind) ?? 0)
    mutationCounts[place] += 1
    places.append(Int32(place))
    row.append(Int32(clamping: region.rows.lowerBound))
    column.append(Int32(clamping: region.columns.lowerBound))
    rows.append(Int32(clamping: region.rows.count))
    columns.append(Int32(clamping: region.columns.count))
  }

  /// Places of the combinations that have mutations.
  public var screened: [Int] { combinations.indices.filter { mutationCounts[$0] > 0 } }

  /// The mutations of each matrix of each layer, as ranges in order.
  public var matrices: [Range<Int>] {
    let kindCount = Int32(Kind.allCases.count)
    var ranges: [Range<Int>] = []
    var start = 0
    for index in 1..<max(count, 1) where places[index] / kindCount != places[index - 1] / kindCount {
      ranges.append(start..<index)
      start = index
    }
    return count > 0 ? ranges + [start..<count] : []
  }

  /// The mutations of each combination, by its place.
  public var mutationsOfCombinations: [[Int32]] {
    var lists: [[Int32]] = combinations.map { _ in [] }
    for (index, place) in places.enumerated() { lists[Int(place)].append(Int32(index)) }
    return lists
  }
}

/// Where the rows of a matrix lie in the tensor that holds it: that tensor may have the rows of other matrices as well,
/// and its axes may be exchanged. A matrix is `[out, in]`, whatever its file does.
public struct Storage: Equatable, Sendable {
  /// Rows of the tensor, or columns where it is transposed; nil: those of the matrix alone.
  let total: Int?
  /// The first row of the matrix in the tensor.
  let first: Int
  /// Rows that lie together, and from the first of them to the first of the next; nil: all lie together.
  let groups: (count: Int, stride: Int)?
  /// Whether the tensor is `[in, out]`.
  public let isTransposed: Bool

  private init(total: Int?, first: Int, groups: (count: Int, stride: Int)?, isTransposed: Bool) {
    self.total = total
    self.first = first
    self.groups = groups
    self.isTransposed = isTransposed
  }

  /// The tensor is the matrix, `[out, in]`.
  public static let apart = Storage(total: nil, first: 0, groups: nil, isTransposed: false)
  /// The tensor is the transposed matrix, `[in, out]`.
  public static let transposed = Storage(total: nil, first: 0, groups: nil, isTransposed: true)

  /// Rows from `first` on of a tensor `[total, in]`, or columns of one `[in, total]`.
  public static func part(from first: Int, of total: Int, isTransposed: Bool = false) -> Storage {
    Storage(total: total, first: first, groups: nil, isTransposed: isTransposed)
  }

  /// Groups of `count` rows of a tensor `[total, in]`: row r of the matrix is its row first + r / count · stride + r
  /// mod count.
  public static func grouped(_ count: Int, every stride: Int, from first: Int, of total: Int) -> Storage {
    Storage(total: total, first: first, groups: (count, stride), isTransposed: false)
  }

  /// Whether the tensor holds rows of other matrices too.
  public var isShared: Bool { total != nil }

  /// The runs of the matrix's rows that lie together in the tensor, in order: for each the rows of the matrix and the
  /// first row in the tensor.
  package func runs(rows: Range<Int>) -> [(rows: Range<Int>, start: Int)] {
    guard let groups else { return [(rows, first + rows.lowerBound)] }
    var runs: [(rows: Range<Int>, start: Int)] = []
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (group, place) = row.quotientAndRemainder(dividingBy: groups.count)
      let end = min((group + 1) * groups.count, rows.upperBound)
      runs.append((row..<end, first + group * groups.stride + place))
      row = end
    }
    return runs
  }

  /// Why a matrix of so many rows cannot lie so; nil if it can.
  func problem(rows: Int) -> String? {
    guard let total else { return nil }
    if let groups, groups.count < 1 || groups.stride < groups.count { return "groups of rows overlap" }
    let end = runs(rows: max(0, rows - 1)..<rows).last.map { $0.start + 1 } ?? first
    return first < 0 || end > total ? "rows up to \(end) of a tensor of \(total)" : nil
  }

  public static func == (one: Storage, other: Storage) -> Bool {
    (one.total, one.first, one.isTransposed) == (other.total, other.first, other.isTransposed)
      && one.groups?.count == other.groups?.count && one.groups?.stride == other.groups?.stride
  }
}

/// Where named tensors lie in one run of float32 numbers, one behind the other, each on a multiple of 64 bytes.
public struct ParameterLayout: Equatable, Sendable {
  /// One tensor, `[rows, columns]`, row-major.
  public struct Tensor: Equatable, Sendable {
    /// The tensor's name.
    public let name: String
    /// The number of rows.
    public let rows: Int
    /// Numbers of a row.
    public let columns: Int
    /// Numbers of the run before the tensor.
    public let offset: Int
    /// Whether its rows are updated together, so that they must not go to different owners.
    public let isWhole: Bool

    /// The tensor's numbers among all.
    public var range: Range<Int> { offset..<offset + rows * columns }
  }

  /// The tensors in their order.
  public let tensors: [Tensor]
  /// Numbers of the whole run, gaps included.
  public let count: Int

  private static let alignment = 16

  /// Lays out tensors in the order given; those that are `whole` by name are not divided among owners.
  public init(_ sizes: [(name: String, rows: Int, columns: Int)], whole: Set<String> = []) {
    var (tensors, end) = ([Tensor](), 0)
    for (name, rows, columns) in sizes {
      precondition(rows > 0 && columns > 0, "a tensor has elements")
      tensors.append(
        Tensor(name: name, rows: rows, columns: columns, offset: end, isWhole: whole.contains(name)))
      end += (rows * columns + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    self.tensors = tensors
    count = end
  }

  /// The tensor of a name that the layout has.
  public subscript(name: String) -> Tensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else { preconditionFailure("a tensor \(name)") }
    return tensor
  }

  // MARK: Owners

  /// The run in so many parts of about one size, one for each owner, of which some may be empty; no row lies in two
  /// parts, nor does a tensor that is whole.
  public func slices(_ owners: Int) -> [Range<Int>] {
    precondition(owners > 0, "somebody owns the numbers")
    let cuts = [0] + (1..<owners).map { cut(at: count * $0 / owners) } + [count]
    return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
  }

  /// The first place at `place` or behind it where the run may be divided.
  private func cut(at place: Int) -> Int {
    guard let tensor = tensors.last(where: { $0.offset <= place }), tensor.offset < place else { return place }
    let unit = tensor.isWhole ? tensor.rows * tensor.columns : tensor.columns
    let end = tensor.offset + (place - tensor.offset + unit - 1) / unit * unit
    guard end >= tensor.range.upperBound else { return end }
    return tensors.first { $0.offset > tensor.offset }?.offset ?? count
  }

  /// The rows that lie in a slice, by tensor, in their order.
  public func rows(in slice: Range<Int>) -> [(tensor: Tensor, rows: Range<Int>)] {
    tensors.compactMap { tensor in
      let own = tensor.range.clamped(to: slice)
      guard !own.isEmpty else { return nil }
      let first = (own.lowerBound - tensor.offset) / tensor.columns
      return (tensor, first..<first + own.count / tensor.columns)
    }
  }
}

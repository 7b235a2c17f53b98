/// Rows of tokens of one length, kept in pieces so that growing copies nothing.
struct TokenRows: Sendable {
  /// Tokens of a row.
  let width: Int
  private(set) var count = 0
  private var pieces: [[Int32]] = []

  /// Rows of a piece; the last one may have fewer.
  static let rowsPerPiece = 1 << 14

  init(width: Int) { self.width = width }

  /// The tokens of one row, `[width]`.
  subscript(row: Int) -> ArraySlice<Int32> {
    let (piece, place) = row.quotientAndRemainder(dividingBy: TokenRows.rowsPerPiece)
    return pieces[piece][place * width..<(place + 1) * width]
  }

  /// The rows of one piece, `[rows, width]`; none behind the last.
  func piece(_ index: Int) -> [Int32] { index < pieces.count ? pieces[index] : [] }

  /// Whether a row holds these bytes.
  func isEqual(_ row: Int, to bytes: UnsafeRawBufferPointer) -> Bool {
    let (piece, place) = row.quotientAndRemainder(dividingBy: TokenRows.rowsPerPiece)
    return pieces[piece].withUnsafeBytes { own in
      own[place * bytes.count..<(place + 1) * bytes.count].elementsEqual(bytes)
    }
  }

  /// Adds a row of `width` tokens.
  mutating func append(_ row: some Collection<Int32>) {
    precondition(row.count == width, "a row of \(width) tokens")
    if count % TokenRows.rowsPerPiece == 0 {
      pieces.append([])
      // The first rows of a small screen need no whole piece.
      if count > 0 { pieces[pieces.count - 1].reserveCapacity(TokenRows.rowsPerPiece * width) }
    }
    pieces[pieces.count - 1].append(contentsOf: row)
    count += 1
  }
}

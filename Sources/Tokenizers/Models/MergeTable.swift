import StrictJSON

/// What two neighbouring tokens may become.
struct Merge: Sendable {
  /// Lower ranks are merged first.
  let rank: Int32
  let token: Int32
}

/// The merges of a byte-pair vocabulary, by the pair of tokens they join.
struct MergeTable: Sendable {
  private var merges: [UInt64: Merge] = [:]

  init(capacity: Int = 0) {
    merges.reserveCapacity(capacity)
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    get { merges[Self.key(left, right)] }
    set { merges[Self.key(left, right)] = newValue }
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}

extension MergeTable {
  /// A piece of a vocabulary without merges.
  struct ScoredPiece {
    let piece: [UInt8]
    let score: Float
    let token: Int32
  }

  /// Finds every pair of pieces that joined are a piece of a score above `floor`, ranked by its score; of equal pieces
  /// the first counts.
  init(scored pieces: [ScoredPiece], above floor: Float = -.infinity) {
    let places = Dictionary(
      pieces.enumerated().map { (ByteString($1.piece), $0) }, uniquingKeysWith: { first, _ in first })
    let ranks = Dictionary(
      Set(pieces.map(\.score)).sorted(by: >).enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { $1 })
    self.init(capacity: 4 * pieces.count)
    for piece in pieces where piece.score > floor && piece.piece.count > 1 {
      guard let place = places[ByteString(piece.piece)], let rank = ranks[pieces[place].score] else { continue }
      for middle in 1..<piece.piece.count {
        guard let left = places[ByteString(piece.piece[..<middle])],
          let right = places[ByteString(piece.piece[middle...])]
        else { continue }
        self[pieces[left].token, pieces[right].token] = Merge(rank: rank, token: pieces[place].token)
      }
    }
  }
}

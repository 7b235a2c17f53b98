import Basics

/// The content of a SentencePiece model: pieces with scores, and how text is prepared for them.
struct SentencePieceFile {
  /// What a piece is for; the numbers are those of the file.
  enum PieceType: UInt64 {
    case normal = 1
    case unknown = 2
    /// A mark such as `<s>`, which no text has.
    case control = 3
    /// A piece that is found in every text as it stands.
    case userDefined = 4
    case unused = 5
    /// One of the 256 bytes.
    case byte = 6
  }

  struct Piece {
    var text: [UInt8] = []
    var score: Float = 0
    var type = PieceType.normal
  }

  /// How a text is cut into pieces; the numbers are those of the file.
  enum Algorithm: UInt64 {
    case unigram = 1
    case bytePair = 2
    case word = 3
    case character = 4
  }

  private static let pieceLengthLimit = 1024

  private(set) var pieces: [Piece] = []
  private(set) var algorithm = Algorithm.unigram
  private(set) var fallsBackToBytes = false
  /// Whether the mark of a space goes to the end of a word in place of the beginning.
  private(set) var marksEnds = false
  private(set) var beginText = Array("<s>".utf8)
  private(set) var endText = Array("</s>".utf8)
  /// What decoding shows of something unknown.
  private(set) var unknownSurface = Array(" \u{2047} ".utf8)
  private(set) var addsSpace = true
  private(set) var removesExtraSpaces = true
  private(set) var marksSpaces = true
  private(set) var characterMap: CharacterMap?

  private let file: String

  /// Reads the content of `file`.
  init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    do {
      var reader = ProtobufReader(bytes[...])
      while let field = try reader.next() {
        switch (field.number, field.value) {
        case (1, .bytes(let message)): try readPiece(message)
        case (2, .bytes(let message)): try readTraining(message)
        case (3, .bytes(let message)): try readNormalization(message)
        default: break
        }
      }
    } catch let damage as ProtobufReader.Damage {
      throw error("it breaks off or is no message of Protocol Buffers at byte \(damage.offset)")
    }
    guard pieces.contains(where: { $0.type == .unknown }) else { throw error("it has no piece for what is unknown") }
    if algorithm == .bytePair, let unused = pieces.first(where: { $0.type == .unused }) {
      throw TokenizerError(
        file: file, "its piece \(unused.text.text.quoted) is marked as unused, which is not supported for byte pairs")
    }
  }

  /// Returns the error that the file is no model, or one that is not supported.
  private func error(_ seen: String) -> TokenizerError {
    TokenizerError(file: file, "\(seen), so it is no SentencePiece model or a damaged one; fetch it again")
  }

  // MARK: Messages

  private mutating func readPiece(_ message: ArraySlice<UInt8>) throws {
    var piece = Piece()
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let text)): piece.text = Array(text)
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .integer(let number)):
        guard let type = PieceType(rawValue: number) else {
          throw error("piece \(pieces.count) is of the type \(number), which is none")
        }
        piece.type = type
      default: break
      }
    }
    let seen = "piece \(pieces.count)"
    guard (1...Self.pieceLengthLimit).contains(piece.text.count) else {
      throw error("\(seen) has \(piece.text.count) bytes, outside 1...\(Self.pieceLengthLimit)")
    }
    guard String(validating: piece.text, as: UTF8.self) != nil else { throw error("\(seen) is not UTF-8") }
    guard piece.score.isFinite else { throw error("\(seen) has the score \(piece.score)") }
    guard pieces.count < TokenIdentifier.limit else { throw error("it has over \(TokenIdentifier.limit) pieces") }
    pieces.append(piece)
  }

  private mutating func readTraining(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (3, .integer(let number)):
        guard let algorithm = Algorithm(rawValue: number) else {
          throw error("its model_type is \(number), which is none")
        }
        self.algorithm = algorithm
      case (24, .integer(let flag)): marksEnds = flag != 0
      case (35, .integer(let flag)): fallsBackToBytes = flag != 0
      case (44, .bytes(let text)): unknownSurface = Array(text)
      case (46, .bytes(let text)): beginText = Array(text)
      case (47, .bytes(let text)): endText = Array(text)
      default: break
      }
    }
  }

  private mutating func readNormalization(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (2, .bytes(let map)) where !map.isEmpty:
        guard let map = CharacterMap(Array(map)) else { throw error("its map of characters is damaged") }
        characterMap = map
      case (3, .integer(let flag)): addsSpace = flag != 0
      case (4, .integer(let flag)): removesExtraSpaces = flag != 0
      case (5, .integer(let flag)): marksSpaces = flag != 0
      default: break
      }
    }
  }
}

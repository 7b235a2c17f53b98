/// The header of a `.npy` array: versions 1 to 3 of numpy's format, numpy.lib.format.
struct NpyHeader: Equatable {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Bytes of a header of single numbers, at most; numpy itself writes some hundred.
  private static let lengthLimit = 1 << 16

  let description: String
  let isFortran: Bool
  let shape: [Int]
  /// Bytes of the header; the elements begin behind it.
  let byteCount: Int

  /// Why a header is refused, a clause.
  struct Refusal: Error {
    let problem: String
  }

  init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    guard bytes.count >= 10, bytes.starts(with: NpyHeader.magic) else {
      throw Refusal(problem: "it does not begin as a .npy file does")
    }
    guard (1...3).contains(bytes[6]) else {
      throw Refusal(problem: "its version is \(bytes[6]), and versions 1 to 3 are read")
    }
    let start = bytes[6] == 1 ? 10 : 12
    guard bytes.count >= start else { throw Refusal(problem: "it ends within its header") }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= NpyHeader.lengthLimit, length <= bytes.count - start else {
      throw Refusal(problem: "it claims a header of \(length) bytes")
    }
    byteCount = start + length
    var literal = PythonLiteral(bytes[start..<byteCount])
    guard let members = literal.dictionary() else {
      throw Refusal(problem: "its header is no dictionary of Python with descr, fortran_order and shape")
    }
    guard case .text(let description) = members["descr"] else {
      throw Refusal(problem: "its elements are no single numbers")
    }
    guard case .flag(let isFortran) = members["fortran_order"], case .tuple(let shape) = members["shape"] else {
      throw Refusal(problem: "its header lacks fortran_order or shape")
    }
    (self.description, self.isFortran, self.shape) = (description, isFortran, shape)
  }
}

/// A reader of the dictionary in which numpy describes an array; lists are stepped over as what is not understood.
private struct PythonLiteral {
  enum Value {
    case text(String)
    case flag(Bool)
    case tuple([Int])
    case other
  }

  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ bytes: Slice<UnsafeRawBufferPointer>) { rest = bytes }

  /// The members of `{'name': value, …}` up to the end of the text; nil if it is anything else.
  mutating func dictionary() -> [String: Value]? {
    guard skip("{") else { return nil }
    var members: [String: Value] = [:]
    while !skip("}") {
      guard let name = text(), skip(":"), let value = value(), members.updateValue(value, forKey: name) == nil else {
        return nil
      }
      guard skip(",") || rest.first == UInt8(ascii: "}") else { return nil }
    }
    skipSpace()
    return rest.isEmpty ? members : nil
  }

  private mutating func value() -> Value? {
    skipSpace()
    switch rest.first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map(Value.text)
    case UInt8(ascii: "("): return tuple().map(Value.tuple)
    case UInt8(ascii: "["): return list() ? .other : nil
    case UInt8(ascii: "T"): return skip("True") ? .flag(true) : nil
    case UInt8(ascii: "F"): return skip("False") ? .flag(false) : nil
    default: return nil
    }
  }

  private mutating func text() -> String? {
    skipSpace()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    rest = rest.dropFirst()
    let characters = rest.prefix { $0 != quote && $0 != UInt8(ascii: "\\") }
    rest = rest[characters.endIndex...]
    guard rest.popFirst() == quote else { return nil }
    return String(validating: characters, as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard skip("(") else { return nil }
    var numbers: [Int] = []
    while !skip(")") {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      // numpy allows 64 axes.
      guard numbers.count < 64, let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      rest = rest[digits.endIndex...]
      // Python 2 wrote long numbers so.
      _ = skip("L")
      numbers.append(number)
      guard skip(",") || rest.first == UInt8(ascii: ")") else { return nil }
    }
    return numbers
  }

  /// Steps over a list, whatever it holds; without recursion, as depth is the file's.
  private mutating func list() -> Bool {
    var depth = 0
    repeat {
      switch rest.popFirst() {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth -= 1
      case nil: return false
      default: break
      }
    } while depth > 0
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
  }

  private mutating func skip(_ word: String) -> Bool {
    skipSpace()
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }
}

import Clouds
import Foundation
import Testing
import TestSupport

/// Arrays as numpy saves them, byte by byte.
@Suite(.serialized) struct ArrayFileTests {
  /// A `.npy` array of some bytes.
  private static func npy(
    _ description: String, _ shape: String, _ elements: [UInt8], version: UInt8 = 1, isFortran: Bool = false
  ) -> [UInt8] {
    var header = "{'descr': '\(description)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(shape), }"
    let start = version == 1 ? 10 : 12
    while (start + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let length = (0..<(start - 8)).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + elements
  }

  private static func bytes<Number: FixedWidthInteger>(_ numbers: [Number], isBig: Bool = false) -> [UInt8] {
    numbers.flatMap { number in
      withUnsafeBytes(of: isBig ? number.bigEndian : number.littleEndian) { Array($0) }
    }
  }

  private func write(_ bench: Bench, _ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: bench.path(name)))
    return bench.path(name)
  }

  private static let numbers = [1, 2, 3, -4, 5, 6, 7, 100]

  struct Form: Sendable, CustomTestStringConvertible {
    let description: String
    let elements: [UInt8]
    var testDescription: String { description }

    init(_ description: String, _ elements: [UInt8]) { (self.description, self.elements) = (description, elements) }
  }

  private static let halves: [UInt16] = [0x3C00, 0x4000, 0x4200, 0xC400, 0x4500, 0x4600, 0x4700, 0x5640]

  static let forms: [Form] = [
    Form("<f4", bytes(numbers.map { Float($0).bitPattern })),
    Form(">f4", bytes(numbers.map { Float($0).bitPattern }, isBig: true)),
    Form("<f8", bytes(numbers.map { Double($0).bitPattern })),
    Form(">f8", bytes(numbers.map { Double($0).bitPattern }, isBig: true)),
    Form("<f2", bytes(halves)), Form(">f2", bytes(halves, isBig: true)), Form("|i1", bytes(numbers.map { Int8($0) })),
    Form("<i2", bytes(numbers.map { Int16($0) })), Form(">i2", bytes(numbers.map { Int16($0) }, isBig: true)),
    Form("<i4", bytes(numbers.map { Int32($0) })), Form(">i8", bytes(numbers.map { Int64($0) }, isBig: true)),
    Form("<i8", bytes(numbers.map { Int64($0) })),
  ]

  @Test(arguments: forms) func numbersOfEveryType(_ form: Form) throws {
    try Bench.run { bench in
      for version: UInt8 in 1...3 {
        let array = ArrayFileTests.npy(form.description, "(4, 2)", form.elements, version: version)
        let path = try write(bench, "a.npy", array)
        let read = try TensorCloud(PointSource(path: path), tensor: nil)
        #expect(read.cloud.points.values == ArrayFileTests.numbers.map(Float.init) && read.tensorName.isEmpty)
      }
    }
  }

  @Test func unsignedNumbersAndFlags() throws {
    try Bench.run { bench in
      for (description, elements) in [
        ("|u1", ArrayFileTests.bytes([200, 1, 2, 3, 4, 5] as [UInt8])),
        ("<u2", ArrayFileTests.bytes([200, 1, 2, 3, 4, 5] as [UInt16])),
        (">u4", ArrayFileTests.bytes([200, 1, 2, 3, 4, 5] as [UInt32], isBig: true)),
        ("<u8", ArrayFileTests.bytes([200, 1, 2, 3, 4, 5] as [UInt64])),
      ] {
        let path = try write(bench, "a.npy", ArrayFileTests.npy(description, "(3, 2)", elements))
        #expect(try TensorCloud(PointSource(path: path), tensor: nil).cloud.points.values == [200, 1, 2, 3, 4, 5])
      }
      let path = try write(bench, "b.npy", ArrayFileTests.npy("|b1", "(3, 2)", [1, 0, 0, 1, 1, 1]))
      #expect(try TensorCloud(PointSource(path: path), tensor: nil).cloud.points.values == [1, 0, 0, 1, 1, 1])
    }
  }

  /// Numbers of half precision at the ends of their range: subnormal ones, infinity and what is no number.
  @Test func halfPrecisionIsExact() throws {
    try Bench.run { bench in
      let bits: [UInt16] = [0x0001, 0x03FF, 0x0400, 0x7BFF, 0x8001, 0xFBFF, 0x7C00, 0x7E00]
      let path = try write(bench, "a.npy", ArrayFileTests.npy("<f2", "(4, 2)", ArrayFileTests.bytes(bits)))
      let cloud = try TensorCloud(PointSource(path: path), tensor: nil).cloud
      #expect(cloud.points.values == [0x1p-24, 1023 * 0x1p-24, 0x1p-14, 65504, -0x1p-24, -65504])
      #expect(cloud.losses.notFinite == 1)
    }
  }

  @Test func theFirstAxisMayBeContiguous() throws {
    try Bench.run { bench in
      let elements = ArrayFileTests.bytes([1, 3, 5, 7, 2, 4, 6, 8].map { Float($0).bitPattern })
      let path = try write(bench, "a.npy", ArrayFileTests.npy("<f4", "(4, 2)", elements, isFortran: true))
      let rows = try TensorCloud(PointSource(path: path), tensor: nil).cloud
      #expect(rows.points.values == [1, 2, 3, 4, 5, 6, 7, 8] && rows.points.dimension == 2)
      let wide = try write(bench, "b.npy", ArrayFileTests.npy("<f4", "(2, 4)", elements))
      let columns = try TensorCloud(PointSource(path: wide), tensor: nil, transposing: true).cloud
      #expect(columns.points.values == [1, 2, 3, 4, 5, 6, 7, 8] && columns.points.count == 4)
    }
  }

  // MARK: Archives

  /// A zip archive of stored members; `wide`: with the record for large ones, as numpy writes it for files above 4 GiB.
  private static func zip(
    _ members: [(name: String, bytes: [UInt8])], method: UInt16 = 0, wide: Bool = false
  ) -> [UInt8] {
    func pair(_ number: Int) -> [UInt8] { (0..<2).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    func four(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    func eight(_ number: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      let offset = archive.count
      let sizes = wide ? four(-1) + four(-1) : four(bytes.count) + four(bytes.count)
      let extra = wide ? pair(1) + pair(24) + eight(bytes.count) + eight(bytes.count) + eight(offset) : []
      let common = pair(Int(method)) + four(0) + four(0)
      archive += four(0x0403_4B50) + pair(45) + pair(0) + common + sizes + pair(name.utf8.count) + pair(0)
      archive += Array(name.utf8) + bytes
      directory += four(0x0201_4B50) + pair(45) + pair(45) + pair(0) + common + sizes + pair(name.utf8.count)
      directory += pair(extra.count) + pair(0) + pair(0) + pair(0) + four(0) + four(wide ? -1 : offset)
      directory += Array(name.utf8) + extra
    }
    let start = archive.count
    archive += directory
    if wide {
      let record = archive.count
      archive += four(0x0606_4B50) + eight(44) + pair(45) + pair(45) + four(0) + four(0)
      archive += eight(members.count) + eight(members.count) + eight(directory.count) + eight(start)
      archive += four(0x0706_4B50) + four(0) + eight(record) + four(1)
    }
    let count = wide ? pair(-1) : pair(members.count)
    return archive + four(0x0605_4B50) + pair(0) + pair(0) + count + count + four(directory.count)
      + four(wide ? -1 : start) + pair(0)
  }

  private static let matrix = npy("<f4", "(4, 2)", bytes(numbers.map { Float($0).bitPattern }))
  private static let vector = npy("<f4", "(3,)", bytes([Float(1).bitPattern, 0, 0]))

  @Test(arguments: [false, true]) func anArchiveHoldsArraysByName(_ isWide: Bool) throws {
    try Bench.run { bench in
      let members = [("W_dec.npy", ArrayFileTests.matrix), ("b.npy", ArrayFileTests.vector)]
      let path = try write(bench, "a.npz", ArrayFileTests.zip(members, wide: isWide))
      for name in ["W_dec", nil] {
        let read = try TensorCloud(PointSource(path: path), tensor: name)
        #expect(read.tensorName == "W_dec" && read.cloud.points.values == ArrayFileTests.numbers.map(Float.init))
      }
      #expect(refusal { try TensorCloud(PointSource(path: path), tensor: "W") }.contains("it holds 'W_dec', 'b'"))
      #expect(refusal { try TensorCloud(PointSource(path: path), tensor: "b") }.contains("[3]"))
    }
  }

  @Test func whatIsCompressedIsSaidToBe() throws {
    try Bench.run { bench in
      let path = try write(bench, "a.npz", ArrayFileTests.zip([("x.npy", ArrayFileTests.matrix)], method: 8))
      let sentence = refusal { try TensorCloud(PointSource(path: path), tensor: "x") }
      #expect(sentence.contains("compressed") && sentence.contains("numpy.savez"))
    }
  }

  // MARK: Damage

  struct Odd: Sendable, CustomTestStringConvertible {
    let word: String
    let bytes: [UInt8]
    var testDescription: String { word }

    init(_ word: String, _ bytes: [UInt8]) { (self.word, self.bytes) = (word, bytes) }
  }

  private static func header(_ text: String) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + [0, 0, 0, 0]
  }

  static let odd: [Odd] = [
    Odd("its version is 4", npy("<f4", "(4, 2)", [], version: 4)),
    Odd("'<c8'", npy("<c8", "(4, 2)", [UInt8](repeating: 0, count: 64))),
    Odd("'|O'", npy("|O", "(4, 2)", [UInt8](repeating: 0, count: 64))),
    Odd("'<U4'", npy("<U4", "(4, 2)", [UInt8](repeating: 0, count: 128))),
    Odd("'|V2'", npy("|V2", "(4, 2)", [UInt8](repeating: 0, count: 16))),
    Odd("impossible", npy("<f4", "(4294967296, 4294967296, 2)", [])),
    Odd("more than the 8 bytes", npy("<f4", "(4, 2)", [UInt8](repeating: 0, count: 8))),
    Odd("no dictionary", npy("<f4", "(4, -2)", [])), Odd("no dictionary", npy("<f4", "(4, 99999999999999999999)", [])),
    Odd("claims a header of 65535 bytes", [0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0xFF, 0x20]),
    Odd("claims a header", [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0x20]),
    Odd("no dictionary", header("{'descr': '<f4', 'descr': '<f4'}")),
    Odd("no single numbers", header("{'shape': (1,)}")),
    Odd("no single numbers", header("{'descr': [('a', '<f4'), ('b', [[[]]])]}")),
    Odd("lacks fortran_order", header("{'descr': '<f4', 'shape': (1,)}")),
    Odd("no dictionary", header("{'descr': '<f4'")),
    Odd("two members called 'x.npy'", zip([("x.npy", matrix), ("x.npy", matrix)])),
    Odd("cut short", Array(zip([("x.npy", matrix)]).dropLast(30))),
    Odd("shape is []", npy("<f4", "()", [0, 0, 128, 63])),
    Odd("shape is [1, 2, 2]", npy("<f4", "(1, 2, 2)", [UInt8](repeating: 0, count: 16))),
  ]

  @Test(arguments: odd) func whatIsOddIsRefused(_ odd: Odd) throws {
    try Bench.run { bench in
      let path = try write(bench, "odd", odd.bytes)
      let sentence = refusal { try TensorCloud(PointSource(path: path), tensor: nil) }
      #expect(sentence.contains(odd.word) && sentence.contains("odd"), "\(sentence)")
    }
  }

  /// Every byte of an archive in turn is another one: a cloud or a sentence, and never an end of the program.
  @Test func damageEndsInASentence() throws {
    try Bench.run { bench in
      for whole in [ArrayFileTests.zip([("x.npy", ArrayFileTests.matrix)], wide: true), ArrayFileTests.matrix] {
        for index in whole.indices.filter({ $0 < 128 || $0 > whole.count - 200 }) {
          var bytes = whole
          bytes[index] = bytes[index] == 0xFF ? 0 : 0xFF
          let path = try write(bench, "odd", bytes)
          do { _ = try TensorCloud(PointSource(path: path), tensor: nil) } catch { #expect(!"\(error)".contains("\n")) }
        }
      }
    }
  }
}

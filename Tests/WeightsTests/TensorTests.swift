import Basics
import Foundation
import Testing
import Weights

/// The bits of a number format and what they stand for.
struct Format: Sendable, CustomTestStringConvertible {
  let type: NumberFormat
  let bytes: [UInt8]
  let values: [Float]

  var testDescription: String { type.rawValue }

  static let all = [
    Format(
      type: .float32, bytes: littleEndian([1, -2.5, 3.4e38, 0x1p-149, 0, 7] as [Float]),
      values: [1, -2.5, 3.4e38, 0x1p-149, 0, 7]),
    Format(
      type: .bfloat16, bytes: littleEndian([0x3F80, 0xC020, 0x7F7F, 0x0001, 0x8000, 0x4049] as [UInt16]),
      values: [1, -2.5, 0x1.FEp127, 0x1p-133, -0.0, 3.140625]),
    Format(
      type: .float16, bytes: littleEndian([0x3C00, 0xC100, 0x7BFF, 0x0001, 0x03FF, 0x0400] as [UInt16]),
      values: [1, -2.5, 65504, 0x1p-24, 0x1.FF8p-15, 0x1p-14]),
  ]

  /// A file with one tensor `t`; `padding` bytes more in the header move its data.
  func file(shape: [Int], padding: Int, times count: Int = 1) -> [UInt8] {
    let data = Array(repeatElement(bytes, count: count).joined())
    let entry = #"{"t":{"dtype":"\#(type.rawValue)","shape":\#(shape),"data_offsets":[0,\#(data.count)]}}"#
    let space = String(repeating: " ", count: (8 - entry.utf8.count % 8) % 8 + padding)
    return safetensors(entry + space, data: data)
  }
}

@Suite struct TensorTests {
  @Test(arguments: Format.all, 0..<5)
  func widensAtEveryAlignment(_ format: Format, _ padding: Int) throws {
    try withFolder { folder in
      let path = try folder.write("t.safetensors", format.file(shape: [2, 3], padding: padding))
      let tensor = try SafetensorsFile(path: path).tensor(named: "t")
      #expect(tensor.byteOffset % 8 == padding)
      #expect(tensor.format == format.type)
      #expect((tensor.rows, tensor.columns, tensor.elementCount, tensor.shape) == (2, 3, 6, [2, 3]))
      #expect(tensor.values.map(\.bitPattern) == format.values.map(\.bitPattern))
      #expect(tensor.rectangle(1..<2, 0..<3) == Array(format.values[3..<6]))
      #expect(tensor.rectangle(0..<2, 1..<2) == [format.values[1], format.values[4]])
      #expect(tensor.rectangle(0..<2, 1..<3) == [1, 2, 4, 5].map { format.values[$0] })
      #expect(tensor.rectangle(1..<1, 0..<3).isEmpty)
      #expect(tensor.rectangle(0..<2, 2..<2).isEmpty)
      #expect(tensor.extremes() == (format.values.min() ?? 0, format.values.max() ?? 0))
    }
  }

  @Test(arguments: 0..<5)
  func onlyAlignedFloat32IsUsedInPlace(_ padding: Int) throws {
    try withFolder { folder in
      for format in Format.all {
        let path = try folder.write("\(format.type)", format.file(shape: [6], padding: padding))
        let tensor = try SafetensorsFile(path: path).tensor(named: "t")
        let isDirect = format.type == .float32 && padding % 4 == 0
        #expect((tensor.float32Pointer != nil) == isDirect)
        withExtendedLifetime(tensor) {
          if let pointer = tensor.float32Pointer { #expect((0..<6).map { pointer[$0] } == format.values) }
        }
      }
    }
  }

  /// Longer than every piece the work is cut into, with the extremes last.
  @Test(arguments: Format.all, [0, 1])
  func largeTensorsAreReadWhole(_ format: Format, _ padding: Int) throws {
    try withFolder { folder in
      let path = try folder.write("t", format.file(shape: [5003, 6], padding: padding, times: 5003))
      let tensor = try SafetensorsFile(path: path).tensor(named: "t")
      #expect(tensor.values == Array(repeatElement(format.values, count: 5003).joined()))
      #expect(tensor.extremes() == (format.values.min() ?? 0, format.values.max() ?? 0))
    }
    try withFolder { folder in
      var values = (0..<20_001).map { Float($0 % 100) }
      values[20_000] = -7
      values[19_999] = 1000
      let path = try folder.write("t", safetensors([("t", [20_001], values)]))
      let tensor = try SafetensorsFile(path: path).tensor(named: "t")
      #expect(tensor.float32Pointer != nil && tensor.extremes() == (-7, 1000))
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 9000])
  func extremesTellOfAValueThatIsNotFinite(_ value: Float, _ place: Int) throws {
    try withFolder { folder in
      var values = [Float](repeating: 1, count: 10_000)
      values[place] = value
      let path = try folder.write("t", safetensors([("t", [10_000], values)]))
      let extremes = try SafetensorsFile(path: path).tensor(named: "t").extremes()
      #expect(extremes.smallest.isNaN && extremes.largest.isNaN)
    }
  }

  @Test func momentsAreThoseOfAllElements() throws {
    try withFolder { folder in
      // Longer than a piece; the second power sum is (n³ - n) / 12 about the mean.
      let values = (0..<20_001).map { Float($0) - 7 }
      let path = try folder.write("t", safetensors([("t", [59, 339], values), ("one", [1], [2.5])]))
      let file = try SafetensorsFile(path: path)
      let (mean, deviation) = try file.tensor(named: "t").moments()
      #expect(mean == 9993)
      #expect(abs(deviation / ((20_001.0 * 20_001 - 1) / 12).squareRoot() - 1) < 1e-14)
      #expect(try file.tensor(named: "one").moments() == (2.5, 0))
    }
  }

  @Test func infinitiesAndNaNOfFloat16AreKept() throws {
    try withFolder { folder in
      let header = #"{"t":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}}"#
      let path = try folder.write("t", safetensors(header, data: littleEndian([0x7C00, 0xFC00, 0x7E00] as [UInt16])))
      let values = try SafetensorsFile(path: path).tensor(named: "t").values
      #expect(values[0] == .infinity && values[1] == -.infinity && values[2].isNaN)
    }
  }

  @Test func otherRanksAreMatricesToo() throws {
    try withFolder { folder in
      let path = try folder.write(
        "t", safetensors([("scalar", [], [5]), ("vector", [3], [1, 2, 3]), ("cube", [2, 1, 2], [1, 2, 3, 4])]))
      let file = try SafetensorsFile(path: path)
      let scalar = try file.tensor(named: "scalar")
      #expect((scalar.rows, scalar.columns, scalar.values) == (1, 1, [5]))
      let vector = try file.tensor(named: "vector")
      #expect((vector.rows, vector.columns, vector.values) == (1, 3, [1, 2, 3]))
      let cube = try file.tensor(named: "cube")
      #expect((cube.rows, cube.columns, cube.rectangle(1..<2, 0..<2)) == (2, 2, [3, 4]))
    }
  }
}

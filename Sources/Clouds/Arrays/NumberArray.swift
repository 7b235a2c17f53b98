import Weights

/// A named array of numbers in a file, which gives its elements row-major and reads them in place.
///
/// As a matrix it is `[rows, columns]`: the first dimension by the product of the others; a vector is one row.
protocol NumberArray: Sendable {
  var name: String { get }
  var shape: [Int] { get }
  var elementCount: Int { get }
  /// Some rows as float32, `[range, columns]`; from wider numbers the nearest.
  func rows(_ range: Range<Int>) -> [Float]
  /// Some columns as float32 and as rows, `[range, rows]`.
  func columns(_ range: Range<Int>) -> [Float]
}

extension NumberArray {
  var rows: Int { shape.count < 2 ? 1 : shape[0] }
  var columns: Int { shape.count < 2 ? elementCount : shape.dropFirst().reduce(1, *) }
  /// All elements in their order.
  var values: [Float] { rows(0..<rows) }
}

/// A file of named arrays.
protocol ArrayFile: Sendable {
  var path: String { get }
  /// Names of the arrays, sorted.
  var names: [String] { get }
  /// Free text that the file carries.
  var metadata: [String: String] { get }
  func contains(_ name: String) -> Bool
  /// An error unless the file has an array of that name whose elements are read.
  func array(named name: String) throws -> any NumberArray
}

extension Tensor: NumberArray {
  func rows(_ range: Range<Int>) -> [Float] {
    widened(count: range.count * columns) { widen(rows: range, into: $0) }
  }

  func columns(_ range: Range<Int>) -> [Float] {
    let dense = widened(count: range.count * rows) { widen(rows: 0..<rows, columns: range, into: $0) }
    return range.indices.flatMap { column in
      (0..<rows).map { dense[$0 * range.count + column - range.lowerBound] }
    }
  }

  private func widened(count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      body(base)
      initialized = count
    }
  }
}

extension SafetensorsFile: ArrayFile {
  func array(named name: String) throws -> any NumberArray { try tensor(named: name) }
}

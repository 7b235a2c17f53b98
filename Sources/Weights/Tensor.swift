import Basics
import CKernels
import Foundation

/// A named array inside a mapped file, row-major, read in place.
///
/// As a matrix it is `[rows, columns]`: the first dimension by the product of the others; a vector is one row. Numbers
/// in blocks are read as what they stand for; a rectangle may cut blocks.
public struct Tensor: Sendable {
  /// The tensor's name in its file.
  public let name: String
  /// The sizes of its dimensions; the last index is contiguous.
  public let shape: [Int]
  /// The number format of its elements.
  public let format: NumberFormat
  /// The file that holds it.
  public let file: MappedFile
  /// Bytes of the file before its first element; they may have any alignment.
  public let byteOffset: Int
  /// The product of its sizes.
  public let elementCount: Int

  /// The region must lie inside the file, the shape's product must fit, and the last dimension must be whole blocks:
  /// readers check all three.
  init(name: String, shape: [Int], format: NumberFormat, file: MappedFile, byteOffset: Int) {
    guard let elementCount = checkedProduct(shape) else {
      preconditionFailure("a shape whose product does not fit")
    }
    let size = format.elementsPerBlock
    precondition(
      byteOffset >= 0 && byteOffset <= file.byteCount
        && elementCount / size <= (file.byteCount - byteOffset) / format.byteCount(of: size),
      "a tensor outside its file")
    precondition((shape.last ?? 1).isMultiple(of: size), "a row that cuts blocks")
    self.name = name
    self.shape = shape
    self.format = format
    self.file = file
    self.byteOffset = byteOffset
    self.elementCount = elementCount
  }

  /// Returns a tensor with the same elements under another name.
  func named(_ name: String) -> Tensor {
    Tensor(name: name, shape: shape, format: format, file: file, byteOffset: byteOffset)
  }

  /// The first dimension of a matrix; 1 for a vector.
  public var rows: Int { shape.count < 2 ? 1 : shape[0] }
  /// Elements of a row.
  public var columns: Int { shape.count < 2 ? elementCount : shape.dropFirst().reduce(1, *) }
  /// Bytes of all elements in the file.
  public var byteCount: Int { format.byteCount(of: elementCount) }

  /// The elements themselves when they are float32 on a multiple of 4 bytes, otherwise nil: widen them then.
  ///
  /// Valid while the tensor or its file lives.
  public var float32Pointer: UnsafePointer<Float>? {
    guard format == .float32, elementCount > 0, let start = address(of: 0),
      UInt(bitPattern: start) % UInt(MemoryLayout<Float>.alignment) == 0
    else { return nil }
    return start.assumingMemoryBound(to: Float.self)
  }

  // MARK: Widening

  /// Writes `rows` as float32: `[rows.count, columns]`. Plain numbers are widened exactly.
  public func widen(rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    widen(rows: rows, columns: 0..<columns, into: destination)
  }

  /// Writes the rectangle as float32, densely: `[rows.count, columns.count]`. Plain numbers are widened exactly.
  public func widen(rows: Range<Int>, columns: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    let stride = self.columns
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the tensor")
    precondition(columns.lowerBound >= 0 && columns.upperBound <= stride, "columns outside the tensor")
    if columns.count == stride {
      widen(first: rows.lowerBound * stride, count: rows.count * stride, into: destination)
    } else {
      for (index, row) in rows.enumerated() {
        let target = destination + index * columns.count
        widen(first: row * stride + columns.lowerBound, count: columns.count, into: target)
      }
    }
  }

  // MARK: Extremes

  /// The smallest and the largest element; both NaN when an element is not finite. The tensor must not be empty.
  ///
  /// One pass over the file's bytes, a panel at a time.
  public func extremes() -> (smallest: Float, largest: Float) {
    precondition(elementCount > 0, "an empty tensor has no extremes")
    var smallest = Float.infinity
    var largest = -Float.infinity
    forEachPanel { panel in
      guard allFinite(panel), let values = panel.baseAddress else {
        smallest = .nan
        return false
      }
      var least: Float = 0
      var most: Float = 0
      locus_extremes(values, panel.count, &least, &most)
      smallest = min(smallest, least)
      largest = max(largest, most)
      return true
    }
    return smallest.isNaN ? (.nan, .nan) : (smallest, largest)
  }

  // MARK: Moments

  /// The mean and the standard deviation of all elements, which must be finite; summed in double precision and file
  /// order, so that they are the same everywhere.
  ///
  /// Two passes over the file's bytes, a panel at a time.
  public func moments() -> (mean: Double, deviation: Double) {
    precondition(elementCount > 0, "an empty tensor has no moments")
    func mean(_ value: (Double) -> Double) -> Double {
      var sum = 0.0
      forEachPanel { panel in
        for element in panel { sum += value(Double(element)) }
        return true
      }
      return sum / Double(elementCount)
    }
    let average = mean { $0 }
    return (average, mean { ($0 - average) * ($0 - average) }.squareRoot())
  }

  // MARK: Elements in file order

  /// Hands over all elements as float32, some thousand at a time, until `body` returns false.
  private func forEachPanel(_ body: (UnsafeBufferPointer<Float>) -> Bool) {
    let panelCount = 8192  // 32 KiB of float32: stays in the first-level cache.
    let direct = float32Pointer
    withUnsafeTemporaryAllocation(of: Float.self, capacity: panelCount) { scratch in
      guard let space = scratch.baseAddress else { return }
      for first in stride(from: 0, to: elementCount, by: panelCount) {
        let count = min(panelCount, elementCount - first)
        if direct == nil { widen(first: first, count: count, into: space) }
        let panel = UnsafeBufferPointer(start: direct.map { $0 + first } ?? UnsafePointer(space), count: count)
        guard body(panel) else { return }
      }
    }
  }

  private func widen(first: Int, count: Int, into destination: UnsafeMutablePointer<Float>) {
    let size = format.elementsPerBlock
    guard count > 0, let source = address(of: first / size * size) else { return }
    switch format {
    case .float32: memcpy(destination, source, count * MemoryLayout<Float>.size)
    case .bfloat16: widenHalves(source, destination, count, locus_widen_bfloat16)
    case .float16: widenHalves(source, destination, count, locus_widen_float16)
    default: locus_widen_blocks(format.code, source, first % size, count, destination)
    }
  }

  /// The bytes of an element, the first of its block.
  private func address(of element: Int) -> UnsafeRawPointer? {
    file.bytes.baseAddress.map { $0 + byteOffset + format.byteCount(of: element) }
  }
}

/// Widens 16-bit elements at any address; the kernels want an even one.
private func widenHalves(
  _ source: UnsafeRawPointer, _ destination: UnsafeMutablePointer<Float>, _ count: Int,
  _ kernel: (UnsafePointer<UInt16>, UnsafeMutablePointer<Float>, Int) -> Void
) {
  if UInt(bitPattern: source) % 2 == 0 {
    return kernel(source.assumingMemoryBound(to: UInt16.self), destination, count)
  }
  let pieceCount = 4096
  withUnsafeTemporaryAllocation(of: UInt16.self, capacity: pieceCount) { scratch in
    guard let space = scratch.baseAddress else { return }
    for first in stride(from: 0, to: count, by: pieceCount) {
      let piece = min(pieceCount, count - first)
      memcpy(space, source + 2 * first, 2 * piece)
      kernel(space, destination + first, piece)
    }
  }
}

private func allFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
  // Without a branch in the loop, so that it becomes vector instructions.
  var found: UInt32 = 0
  let exponent: UInt32 = 0x7F80_0000
  for value in values { found |= (value.bitPattern & exponent) == exponent ? 1 : 0 }
  return found == 0
}

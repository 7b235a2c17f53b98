import CKernels
import LinearAlgebra
import Weights

/// A weight matrix `[out, in]` inside a tensor of a file, which may hold others too, or have its axes exchanged.
/// Nothing is copied: elements are read where they lie.
public struct StoredMatrix: Sendable {
  /// The tensor that holds the matrix.
  public let tensor: Tensor
  /// The place of the matrix in its tensor.
  public let storage: Storage
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int

  /// A matrix of so many rows of a tensor; a whole tensor is one as it is, its axes behind the first together.
  public init(_ tensor: Tensor, storage: Storage = .apart, rows: Int? = nil) {
    precondition(tensor.shape.count >= 2, "a matrix has two axes")
    let (outputs, inputs) = storage.isTransposed ? (tensor.columns, tensor.rows) : (tensor.rows, tensor.columns)
    self.tensor = tensor
    self.storage = storage
    self.rows = rows ?? outputs
    columns = inputs
  }

  /// The name of the tensor.
  public var name: String { tensor.name }
  /// The number of elements of the matrix.
  public var elementCount: Int { rows * columns }

  // MARK: Widening

  /// Writes `rows` as float32, exactly: `[rows.count, columns]`.
  public func widen(rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    widen(rows: rows, columns: 0..<columns, into: destination)
  }

  /// Writes the rectangle as float32, exactly and densely: `[rows.count, columns.count]`.
  public func widen(rows: Range<Int>, columns: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the matrix")
    var target = destination
    for run in storage.runs(rows: rows) {
      let stored = run.start..<run.start + run.rows.count
      if storage.isTransposed {
        widenTransposed(stored, columns, into: target)
      } else {
        tensor.widen(rows: stored, columns: columns, into: target)
      }
      target += run.rows.count * columns.count
    }
  }

  /// The same from a tensor `[in, out]`, whose columns `outputs` are the rows.
  private func widenTransposed(_ outputs: Range<Int>, _ inputs: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, outputs.count)) { values in
      guard let base = values.baseAddress else { return }
      for (place, input) in inputs.enumerated() {
        tensor.widen(rows: input..<input + 1, columns: outputs, into: base)
        for row in 0..<outputs.count { target[row * inputs.count + place] = base[row] }
      }
    }
  }

  // MARK: Statistics

  /// The smallest and the largest element; both NaN when an element is not finite.
  public func extremes() -> (smallest: Float, largest: Float) {
    if !storage.isShared { return tensor.extremes() }
    var (smallest, largest) = (Float.infinity, -Float.infinity)
    forEachPanel { values in
      var (least, most): (Float, Float) = (0, 0)
      guard values.allSatisfy(\.isFinite), let base = values.baseAddress else {
        smallest = .nan
        return false
      }
      locus_extremes(base, values.count, &least, &most)
      (smallest, largest) = (min(smallest, least), max(largest, most))
      return true
    }
    return smallest.isNaN ? (.nan, .nan) : (smallest, largest)
  }

  /// The mean and the standard deviation of all elements, which must be finite; summed in double precision row after
  /// row, so that they are the same wherever the matrix is stored.
  public func moments() -> (mean: Double, deviation: Double) {
    func mean(_ value: (Double) -> Double) -> Double {
      var sum = 0.0
      forEachPanel { values in
        for element in values { sum += value(Double(element)) }
        return true
      }
      return sum / Double(elementCount)
    }
    let average = mean { $0 }
    return (average, mean { ($0 - average) * ($0 - average) }.squareRoot())
  }

  /// Hands over all elements as float32, some rows at a time, until `body` returns false.
  private func forEachPanel(_ body: (UnsafeBufferPointer<Float>) -> Bool) {
    let rowsAtOnce = storage.isTransposed ? 64 : 1
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, rowsAtOnce * columns)) { values in
      guard let base = values.baseAddress else { return }
      for first in stride(from: 0, to: rows, by: rowsAtOnce) {
        let part = first..<min(first + rowsAtOnce, rows)
        widen(rows: part, into: base)
        guard body(UnsafeBufferPointer(start: base, count: part.count * columns)) else { return }
      }
    }
  }

  // MARK: Views

  /// The matrix as weights of products: for each run of rows that lie together one view, with the outputs that it has.
  var pieces: [(rows: Range<Int>, view: WeightView)] {
    let whole = storage.isTransposed ? tensor.view.transposed : tensor.view
    return storage.runs(rows: 0..<rows).map { run in
      (run.rows, whole[rows: run.start..<run.start + run.rows.count])
    }
  }
}

extension Tensor {
  /// The elements as a matrix; the tensor's file keeps the memory.
  fileprivate var view: WeightView {
    guard let base = file.bytes.baseAddress else { preconditionFailure("a matrix has elements") }
    return WeightView(base: base + byteOffset, format: format, rows: rows, columns: columns, stride: columns)
  }
}

extension WeightView {
  /// Some of the rows, in the same memory.
  subscript(rows range: Range<Int>) -> WeightView { transposed[columns: range].transposed }
}

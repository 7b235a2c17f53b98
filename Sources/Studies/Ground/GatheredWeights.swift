import LinearAlgebra

/// Memory in which some rows or columns of weights are put side by side, in the number format of their file, which is
/// one of plain numbers.
final class GatheredWeights {
  private let memory: Matrix

  /// Room for `count` rows or columns of `size` weights each.
  init(count: Int, size: Int) { memory = Matrix(rows: count, columns: size) }

  /// Some rows of weights `[out, in]` as a matrix `[units, in]`; valid until the next call.
  func rows(_ units: ArraySlice<Int32>, of weights: WeightView) -> WeightView {
    let bytes = weights.format.byteCount(of: weights.columns)
    let target = space(units.count * bytes)
    for (place, unit) in units.enumerated() {
      precondition(unit >= 0 && unit < weights.rows, "a row of the weights")
      let source = weights.base + weights.format.byteCount(of: Int(unit) * weights.stride)
      (target + place * bytes).copyMemory(from: source, byteCount: bytes)
    }
    return WeightView(
      base: target, format: weights.format, rows: units.count, columns: weights.columns, stride: weights.columns)
  }

  /// Some columns of weights `[out, in]` as a matrix `[out, units]`; valid until the next call.
  func columns(_ units: ArraySlice<Int32>, of weights: WeightView) -> WeightView {
    precondition(units.allSatisfy { $0 >= 0 && $0 < weights.columns }, "columns of the weights")
    let target = space(weights.format.byteCount(of: units.count * weights.rows))
    if weights.format.byteCount(of: 1) == MemoryLayout<UInt32>.size {
      copy(units, of: weights, to: target, as: UInt32.self)
    } else {
      copy(units, of: weights, to: target, as: UInt16.self)
    }
    return WeightView(
      base: target, format: weights.format, rows: weights.rows, columns: units.count, stride: units.count)
  }

  /// Copies weights as whole numbers of their size, row after row.
  private func copy<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ units: ArraySlice<Int32>, of weights: WeightView, to target: UnsafeMutableRawPointer, as type: Bits.Type
  ) {
    let (size, count) = (MemoryLayout<Bits>.size, units.count)
    let copies = target.bindMemory(to: Bits.self, capacity: weights.rows * count)
    units.withUnsafeBufferPointer { units in
      for row in 0..<weights.rows {
        let (source, own) = (weights.base + row * weights.stride * size, copies + row * count)
        for place in 0..<count {
          own[place] = source.loadUnaligned(fromByteOffset: Int(units[place]) * size, as: type)
        }
      }
    }
  }

  private func space(_ byteCount: Int) -> UnsafeMutableRawPointer {
    precondition(byteCount <= memory.rows * memory.columns * MemoryLayout<Float>.stride, "room for the weights")
    return UnsafeMutableRawPointer(memory.view.base)
  }
}

import CKernels
import LinearAlgebra

/// Rotary position embedding of queries or keys, in place (Su et al. 2021): each pair of a head's components is turned
/// by an angle that grows with the position.
public struct Rotation: Step {
  /// The slot that is rotated in place.
  public let slot: Slot
  /// The heads that the slot has.
  public let headCount: Int
  /// Components of a head, an even number.
  public let headSize: Int
  /// The frequencies of the angles.
  public let rotary: RotaryScaling
  /// The components of a head that make a pair.
  public let order: RowOrder
  /// The first components of a head that are rotated, an even number; the others pass.
  public let rotated: Int

  /// A rotation of `headCount` heads of `headSize` components each, or of the first `rotated` of them.
  public init(
    _ slot: Slot, headCount: Int, headSize: Int, rotary: RotaryScaling, order: RowOrder, rotated: Int? = nil
  ) {
    self.rotated = rotated ?? headSize
    precondition(self.rotated <= headSize && self.rotated % 2 == 0, "pairs of a head's components")
    self.slot = slot
    self.headCount = headCount
    self.headSize = headSize
    self.rotary = rotary
    self.order = order
  }

  public var inputs: [Slot] { [slot] }
  public var outputs: [Slot] { [slot] }
  public var widths: [Slot: Int] { [slot: headCount * headSize] }
  public var equation: String {
    "\(slot.letter) = rotate(\(slot.letter))" + (rotated < headSize ? " in \(rotated) of \(headSize)" : "")
  }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    let tables = work.pass.tables(of: self)
    let angles = tables.rows(of: work.positions, wholeLengths: work.wholeLengths)
    turn(work(slot), at: angles, cosine: tables.cosine, sine: tables.sine)
  }

  /// Rotates the heads in `rows`, `[rows, some heads · headSize]`, all or some of a row's, at positions of a sequence
  /// that has `wholeLength` of them at the end.
  public func forward(_ rows: MutableMatrixView, at positions: Range<Int>, of wholeLength: Int, pass: ForwardPass) {
    let tables = pass.tables(of: self)
    let angles = tables.rows(
      of: positions.map(Int32.init), wholeLengths: positions.map { _ in Int32(wholeLength) })
    turn(rows, at: angles, cosine: tables.cosine, sine: tables.sine)
  }

  /// Turns rows by the angles in these rows of the tables.
  private func turn(_ rows: MutableMatrixView, at angles: [Int32], cosine: [Float], sine: [Float]) {
    precondition(angles.count == rows.rows, "angles for each row")
    let heads = rows.columns / headSize
    guard rotated < headSize else {
      return turn(rows.base, rows, at: angles, cosine: cosine, sine: sine, heads: heads)
    }
    for head in 0..<heads {
      turn(rows.base + head * headSize, rows, at: angles, cosine: cosine, sine: sine, heads: 1)
    }
  }

  /// Turns neighbouring heads of `rotated` components each from `base` on.
  private func turn(
    _ base: UnsafeMutablePointer<Float>, _ rows: MutableMatrixView, at angles: [Int32], cosine: [Float],
    sine: [Float], heads: Int
  ) {
    switch order {
    case .halfSplit:
      locus_rotate_half_split(base, rows.stride, angles, cosine, sine, rows.rows, heads, rotated)
    case .interleaved:
      locus_rotate_interleaved(base, rows.stride, angles, cosine, sine, rows.rows, heads, rotated)
    }
  }

  // MARK: Reverse

  /// The transpose of a rotation turns the other way.
  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let tables = work.pass.tables(of: self)
    let angles = tables.rows(of: work.positions, wholeLengths: work.wholeLengths)
    let end = (Int(angles.max() ?? 0) + 1) * rotated / 2
    let sine = tables.sine[..<end].map { -$0 }
    turn(work.derivative(slot), at: angles, cosine: tables.cosine, sine: sine)
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    let tables = work.pass.tables(of: self)
    let angles = tables.rows(of: work.positions, wholeLengths: work.wholeLengths)
    turn(work.derivative(slot), at: angles, cosine: tables.cosine, sine: tables.sine)
  }

  // MARK: Reach

  /// It mixes the components of a head.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach {
    .columns(columns.wholeHeads(of: headSize), of: slot)
  }
}

/// The order in which a file stores the rows of q and k: it decides which weights a region names.
public enum RowOrder: String, Sendable {
  /// Pairs (i, i + headSize / 2), as Hugging Face stores them.
  case halfSplit = "half_split"
  /// Pairs (2i, 2i + 1), as llama2.c stores them.
  case interleaved
}

extension Range<Int> {
  /// The columns of all heads that the columns touch.
  func wholeHeads(of size: Int) -> Range<Int> {
    lowerBound / size * size..<(upperBound + size - 1) / size * size
  }
}

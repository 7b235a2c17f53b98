/// A keeper keeps the finished pieces of a long computation, so that it can continue after an interruption; it also
/// decides when to interrupt it, and receives its progress.
///
/// Every rank has one. Steps are numbered in the order in which the computation comes to them, which must depend on
/// nothing but what it computes: neither on ranks nor on what was kept.
public protocol PieceKeeper: AnyObject, Sendable {
  /// The number of the step that begins now, from 0 up.
  func beginStep() -> Int

  /// A piece of a step as an earlier start kept it, the same on every rank; nil where none did.
  func piece(_ number: Int, of step: Int) -> [UInt8]?

  /// Keeps a piece that this rank has finished.
  func keep(_ bytes: [UInt8], piece: Int, of step: Int)

  /// Whether this rank was asked to end early.
  var isToStop: Bool { get }

  /// Receives the progress of the step under way, on each rank: about how many of its `count` pieces all ranks
  /// together have finished.
  func show(_ step: String, done: Int, of count: Int)
}

/// The computation was asked to end early; what was finished is kept. All ranks throw it together.
public struct Interruption: Error {
  /// Nothing needs to be said but that it happened.
  public init() {}
}

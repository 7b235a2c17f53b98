import Runs

/// An experiment on what flows through a frozen model: numbered pieces, such as windows of text, which any rank may
/// evaluate, and one way to put together what they gave, in the order of their numbers.
///
/// What a piece gives depends on the study and the piece alone, and so what is found is the same for any number of
/// ranks and after any interruption. `StudyRun` shares the pieces over ranks and keeps them in the journal of a run.
public protocol Study<Found> {
  /// What the study finds.
  associatedtype Found

  /// What it does, in a few words, for the status and for progress: "counting firings".
  var phase: String { get }
  /// The cost of each piece in any one unit, from which progress is computed; there are as many pieces as costs.
  var costs: [Double] { get }

  /// What a piece gives. The bytes go into the journal, where a later start of the same plan reads them.
  ///
  /// `pause` is to be called now and then during long work: rank 0 answers the other ranks in it.
  func evaluate(_ piece: Int, pause: () throws -> Void) throws -> [UInt8]

  /// Whether these can be the bytes that a piece gave; those of a journal that cannot be are evaluated again.
  func isWhole(_ piece: Int, bytes: [UInt8]) -> Bool

  /// What is found, of what the pieces gave, in their order; all of them are whole.
  func found(of pieces: [[UInt8]]) throws -> Found
}

extension Study {
  /// Evaluates all pieces in this process, one after the other, and keeps none.
  public func foundAlone() throws -> Found { try found(of: costs.indices.map { try evaluate($0) {} }) }
}

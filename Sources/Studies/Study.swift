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
  func evaluate(_ piece: Int) throws -> [UInt8]

  /// What is found, of what the pieces gave, in their order. Throws if these cannot be the bytes of the pieces.
  func found(of pieces: [[UInt8]]) throws -> Found
}

extension Study {
  /// Evaluates all pieces in this process, one after the other, and keeps none.
  public func foundAlone() throws -> Found { try found(of: costs.indices.map { try evaluate($0) }) }
}

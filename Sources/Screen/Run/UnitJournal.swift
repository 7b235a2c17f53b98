import Basics
import Perturbations
import Runs

/// Where the finished units of a screen stand in its journal, and what they found.
struct UnitJournal {
  /// A finished unit and who did it.
  struct Finished {
    let phenotypes: Phenotypes
    let seconds: Double
    let rank: Int
  }

  private let screen: PreparedScreen
  /// The units of the file, as pieces of the run's only stage.
  var pieces: StageJournal

  /// The units of a screen as pieces of a run.
  init(_ pieces: StageJournal, screen: PreparedScreen) {
    self.pieces = pieces
    self.screen = screen
  }

  /// Reads a finished unit.
  func finished(_ unit: Int) throws -> Finished {
    var phenotypes = screen.emptyTable(rows: screen.plan.units[unit].positions.count)
    let found = try pieces.finished(unit, byteCount: phenotypes.byteCount)
    guard phenotypes.read(found.bytes[...]) == found.bytes.count else {
      throw ScreenError("cannot gather unit \(unit): the journal holds another at its place; run again with --restart")
    }
    return Finished(phenotypes: phenotypes, seconds: found.seconds, rank: found.rank)
  }
}

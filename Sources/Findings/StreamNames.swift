import Basics

/// The random streams of this module, by what their numbers are drawn for.
extension StreamName {
  static let continuations: StreamName = "text"
  static let cloudListing: StreamName = "clou"
  static let agreement: StreamName = "agre"
  /// The first of the streams of tasks, one for each.
  static let ties: StreamName = "ties"
  // Calibration.
  static let cells: StreamName = "cell"
  static let phenotypes: StreamName = "phen"
  static let extremes: StreamName = "extr"
  static let plant: StreamName = "plan"
}

import Basics

/// The random streams of this study, by what their numbers are drawn for.
extension StreamName {
  static let conditionLabels: StreamName = "locl"
  static let stimulusOrder: StreamName = "locs"
  static let readingTimes: StreamName = "locw"
}

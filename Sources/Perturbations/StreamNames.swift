import Basics

/// What random numbers of this module are drawn for where no mutation's own place keys them: the third word of the
/// counter, above the fourth word 0.
extension StreamName {
  static let projection: StreamName = "proj"
  static let mutationSample: StreamName = "muta"
}

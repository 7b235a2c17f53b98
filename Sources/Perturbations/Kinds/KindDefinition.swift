import LinearAlgebra

/// What a kind of mutation is. A kind is one type that conforms, in one file, and one line in `Kinds.swift`; nothing
/// else in the program asks which kind it has before it.
package protocol KindDefinition: Sendable {
  /// Name in configurations, files and tables: a word of ASCII letters.
  static var name: String { get }
  /// Number that stands for the kind in files and gives its place among the mutations of a region.
  static var code: UInt8 { get }
  /// What the kind does, for people: a sentence without its full stop.
  static var sentence: String { get }
  /// What a results file says of how the kind makes new weights.
  static var recipe: KindRecipe { get }
  /// The number that goes with the kind; nil if none does.
  static var parameter: KindParameter? { get }
  /// Whether `value` is a number.
  static var hasValue: Bool { get }
  /// Whether the mean and the standard deviation of the matrix are used, which cost another pass over it each.
  static var usesMoments: Bool { get }
  /// Whether the kind leaves weights as they are and replaces what they read.
  static var replacesInputs: Bool { get }

  /// What a file says that a region was set to: a weight, or the kind's number; not a number where the region keeps its
  /// own weights, turned or moved.
  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float

  /// Makes the old weights of a region new ones.
  static func change(_ region: RegionWeights)

  /// Whether the kind multiplies each weight by a number and does nothing else.
  static var multiplies: Bool { get }
  /// The number by which a kind that multiplies does so; nil where it is not known.
  static func factor(parameter: Float?) -> Float?

  /// What the kind makes of each weight of a matrix, where that is a line through the old ones; nil where it is not, or
  /// not the same for all.
  static func line(in matrix: MatrixStatistics, parameter: Float?) -> WeightLine?
}

/// New weights as a line through the old ones: constant + factor · old.
package struct WeightLine: Equatable, Sendable {
  /// What stands for a weight of 0.
  package let constant: Float
  /// What each weight is multiplied by.
  package let factor: Float
}

extension KindDefinition {
  package static var parameter: KindParameter? { nil }
  package static var hasValue: Bool { true }
  package static var usesMoments: Bool { false }
  package static var replacesInputs: Bool { false }

  package static var multiplies: Bool { false }
  package static func factor(parameter: Float?) -> Float? { nil }

  package static func line(in matrix: MatrixStatistics, parameter: Float?) -> WeightLine? {
    if let factor = factor(parameter: parameter) { return WeightLine(constant: 0, factor: factor) }
    guard case .constant = recipe else { return nil }
    return WeightLine(constant: value(in: matrix, parameter: parameter), factor: 0)
  }
}

/// How the new weights of a kind are described in a results file, so that they can be made again from it and the model.
package enum KindRecipe: Sendable {
  /// All weights become the value; the note says more.
  case constant(note: String? = nil)
  /// A verb and what follows, behind the kind's name.
  case steady(String)
  /// What is drawn, and from which counter.
  case random(String)
}

/// Each unit that the region's columns read is held at its mean over texts, whatever it does.
enum UnitMean: KindDefinition {
  static let name = "average"
  static let code: UInt8 = 9
  static let sentence = "each unit that the columns read is held at its mean over texts"
  static let recipe = KindRecipe.steady("holds each input of the region at its mean over texts")
  static let hasValue = false
  static let replacesInputs = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { .nan }
  static func change(_ region: RegionWeights) {}
}

/// Each unit that the region's columns read is held at its mode over texts, whatever it does.
enum UnitPeak: KindDefinition {
  static let name = "mode"
  static let code: UInt8 = 10
  static let sentence = "each unit that the columns read is held at its mode over texts"
  static let recipe = KindRecipe.steady("holds each input of the region at its mode over texts")
  static let hasValue = false
  static let replacesInputs = true

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { .nan }
  static func change(_ region: RegionWeights) {}
}

extension Kind {
  /// Each unit that the region's columns read is held at its mean over texts.
  public static let unitMean = Kind(UnitMean.self)
  /// Each unit that the region's columns read is held at its mode over texts.
  public static let unitPeak = Kind(UnitPeak.self)

  /// The kinds that change weights, which every region of every matrix can have.
  public static let ofWeights = allCases.filter { !$0.replacesInputs }

  /// Whether the kind leaves weights as they are and replaces what they read: an edit of units, which takes
  /// `KindParameters.units`.
  public var replacesInputs: Bool { definition.replacesInputs }
}

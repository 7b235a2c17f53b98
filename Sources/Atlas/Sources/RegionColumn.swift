import Perturbations

/// What one kind of mutation does to regions, or is foretold to do.
struct RegionColumn {
  /// The name of the measure.
  let name: String
  /// What it means, in words.
  let meaning: String
  /// What the value comes from: `screen` or `forecast`.
  let source: String
  /// The value of each region that is known.
  var values: [Region: Double] = [:]
}

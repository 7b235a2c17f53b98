import Basics

/// The random streams of this module, by what their numbers are drawn for.
extension StreamName {
  // Clustering.
  static let directions: StreamName = "eige"
  static let centres: StreamName = "kmea"
  static let landmarks: StreamName = "land"
  static let sample: StreamName = "samp"
  static let sphericalCentres: StreamName = "kmns"
  // Agreement with labels.
  static let split: StreamName = "spli"
  static let labels: StreamName = "labe"
  static let rates: StreamName = "rate"
  // Points and firings that are made up.
  static let points: StreamName = "poin"
  static let planted: StreamName = 7
  static let firings: StreamName = "fire"
  // The galaxy.
  static let isotropic: StreamName = "isot"
  static let matching: StreamName = "matc"
  static let matched: StreamName = "cova"
  static let entropy: StreamName = "entr"
  // The span of blocks.
  static let components: StreamName = "comp"
  // Crystals of labelled pairs.
  static let folds: StreamName = "fold"
  static let relations: StreamName = "crys"
  static let functions: StreamName = "func"
  static let distractor: StreamName = "dist"
  static let clusters: StreamName = "clus"
  static let drawings: StreamName = "draw"
  // Crystals without labels.
  static let pairs: StreamName = "prnd"
  static let signs: StreamName = "sign"
  static let normals: StreamName = "norm"
  static let plants: StreamName = "plan"
}

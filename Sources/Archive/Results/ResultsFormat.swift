import Perturbations

/// Names and versions of the results file.
public enum ResultsFormat {
  /// Root attribute `format`.
  public static let name = "locus-screen"
  /// Goes up when a reader of the last version would misread a file: version 2 brought the vocabulary, version 3 texts
  /// of any length.
  public static let version = 3
  /// The first version whose files this program reads: what later ones added may be absent.
  static let firstVersion = 1
  static let fileFormat = FileFormat(
    name: name, versions: firstVersion...version, noun: "result of a screen", command: "locus screen")
  /// Deflate level of the large datasets.
  static let compression = 1
  /// Bytes of a chunk, about.
  static let chunkBytes = 1 << 20
  /// Chunks hold whole numbers of units.
  static let chunkRowStep = UnitPlan.mutantsPerUnit
  /// Elements of a chunk of a long dimension's numbers.
  static let scaleChunk = 1 << 16
  /// What attributes of our files follow, but for one thing: labels of a dimension have the dimension's name.
  static let conventions = "CF-1.10"
}

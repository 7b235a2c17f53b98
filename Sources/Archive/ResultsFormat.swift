import HDF5
import Mutagenesis
import Transformer

/// Names and versions of the results file.
public enum ResultsFormat {
  /// Root attribute `format`.
  public static let name = "locus-screen"
  /// Goes up when a reader of the last version would misread a file.
  public static let version = 2
  /// The first version whose files this program reads: what later ones added may be absent.
  static let firstVersion = 1
  /// Deflate level of the large datasets.
  static let compression = 1
  /// Bytes of a chunk, about.
  static let chunkBytes = 1 << 20
  /// Chunks hold whole numbers of units.
  static let chunkRowStep = UnitPlan.mutantsPerUnit

  /// Codes and names of the matrices, for a dataset's flag attributes.
  static var matrixFlags: (values: [UInt8], meanings: String) {
    (WeightMatrix.allCases.map { UInt8($0.index) }, WeightMatrix.allCases.map(\.rawValue).joined(separator: " "))
  }

  static var kindFlags: (values: [UInt8], meanings: String) {
    (Kind.allCases.map(\.code), Kind.allCases.map(\.rawValue).joined(separator: " "))
  }
}

/// A file that is no results file, or not one this version reads or writes.
public struct ArchiveError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

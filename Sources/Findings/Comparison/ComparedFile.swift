import Archive
import Foundation

/// What a comparison says of one of its two screens.
public struct ComparedFile: Sendable {
  /// The name of the results file, without its folder.
  public let name: String
  /// The path of the results file.
  public let path: String
  /// The root attributes of the file: model, plan, command.
  public let provenance: Provenance
  /// The number of inputs.
  public let inputCount: Int
  /// The number of mutations, those of matrices outside of the layers left out.
  public let mutationCount: Int
  /// The number of mutations of matrices outside of the layers.
  public let outerCount: Int
  /// Steps of a continuation.
  public let stepCount: Int

  init(_ file: borrowing ResultsFile) {
    let summary = file.summary
    path = file.path
    name = URL(fileURLWithPath: file.path).lastPathComponent
    provenance = summary.provenance
    (inputCount, stepCount) = (summary.inputCount, summary.stepCount)
    (mutationCount, outerCount) = (summary.layeredCount, summary.outerRows.count)
  }

  /// The name without its ending.
  public var stem: String { name.hasSuffix(".h5") ? String(name.dropLast(3)) : name }

  /// What two files are put in order by, so that a comparison is the same whichever is named first.
  var order: [String] {
    [provenance.planSHA256, provenance.modelSHA256, provenance.created, provenance.commandLine, name]
  }
}

/// What keeps results files from being compared, in one sentence each.
enum ComparisonCheck {
  /// Throws unless two files are of whole screens of regions, of models of one shape.
  static func check(_ first: borrowing ResultsFile, _ second: borrowing ResultsFile) throws {
    try check(first)
    try check(second)
    guard let one = first.summary.shapes, let other = second.summary.shapes else { return }
    if one.layerCount != other.layerCount {
      throw difference(first.path, second.path, "\(one.layerCount) layers against \(other.layerCount)")
    }
    for matrix in one.matrices {
      guard let own = one.shape(of: matrix), let its = other.shape(of: matrix), own != its else { continue }
      throw difference(
        first.path, second.path,
        "\(matrix.rawValue) has \(own.rows) × \(own.columns) weights against "
          + "\(its.rows) × \(its.columns)")
    }
  }

  private static func check(_ file: borrowing ResultsFile) throws {
    let summary = file.summary
    try file.checkLayers("compare")
    try file.checkIsWhole("compare")
    if summary.recording.components || summary.recording.pairs {
      throw FindingsError(
        cannot: "compare", file.path,
        seen:
          "its mutations are of \(summary.recording.pairs ? "pairs" : "components"), and regions are what is compared",
        advice: "name a screen of regions")
    }
  }

  private static func difference(_ first: String, _ second: String, _ seen: String) -> FindingsError {
    FindingsError(
      cannot: "compare", "\(first) with \(second)", seen: "their models differ in shape: \(seen)",
      advice: "name screens of models of one shape")
  }
}

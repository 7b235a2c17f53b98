import Archive
import Perturbations

/// What a screen says of regions: how many verdicts each kind of mutation changes, and how far it makes predictions
/// diverge.
struct ScreenMeasures {
  static let source = "screen"
  /// Mutations that are read at a time.
  private static let slab = 1 << 14

  /// The columns, by kind: the share of verdicts, then the divergence where it is recorded.
  let columns: [RegionColumn]

  /// Reads the single mutations of regions of layers.
  init(_ file: borrowing ResultsFile) throws {
    try file.checkIsWhole("join")
    guard !file.summary.recording.components else {
      throw AtlasError(
        cannot: "join", file.path, seen: "its mutations are of components, which have no regions",
        advice: "name a screen of regions")
    }
    var severity: [Kind: RegionColumn] = [:]
    var divergence: [Kind: RegionColumn] = [:]
    let inputs = max(1, file.summary.inputCount)
    for start in stride(from: 0, to: file.summary.layeredCount, by: ScreenMeasures.slab) {
      let rows = start..<min(start + ScreenMeasures.slab, file.summary.layeredCount)
      let mutations = try file.mutationList(rows)
      let changes = try file.values(\.firstChange, rows)
      let divergences = try file.recordedValues(\.divergence, rows)
      for place in 0..<rows.count {
        let (kind, region) = (mutations[place].kind, mutations[place].region)
        let own = place * inputs..<(place + 1) * inputs
        severity[kind, default: ScreenMeasures.severity(kind)].values[region] =
          Double(changes[own].count { $0 >= 0 }) / Double(inputs)
        if let divergences {
          divergence[kind, default: ScreenMeasures.divergence(kind)].values[region] =
            divergences[own].reduce(0) { $0 + Double($1) } / Double(inputs)
        }
      }
    }
    columns = [severity, divergence].flatMap { $0.sorted { $0.key.code < $1.key.code }.map(\.value) }
  }

  private static func severity(_ kind: Kind) -> RegionColumn {
    RegionColumn(
      name: "screen_\(kind.fileName)_severity", meaning: "share of inputs whose verdict \(kind.rawValue) changes",
      source: source)
  }

  private static func divergence(_ kind: Kind) -> RegionColumn {
    RegionColumn(
      name: "screen_\(kind.fileName)_divergence", meaning: "mean divergence by \(kind.rawValue), nats", source: source)
  }
}

extension Kind {
  /// The kind as a part of a variable's name.
  var fileName: String { String(rawValue.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
}

import Basics
import Foundation
import HDF5
import Perturbations
import Transformer

/// What is foretold of all mutations of which a results file has some: the group `/forecast` of a screen that took the
/// uncertain ones, with how often the forecast of the others is wrong, as a random sample of them says.
public struct ForecastRemainder: Sendable {
  /// What became of a mutation.
  public enum Fate: UInt8, CaseIterable, Sendable {
    /// Only foretold.
    case foretold
    /// Screened, because its verdicts are uncertain.
    case screened
    /// Screened at random among those whose verdicts are certain enough.
    case control

    static let names = CodeNames(values: allCases.map(\.rawValue), words: ["foretold", "screened", "control"])
  }

  /// How good the forecast of the mutations that were not screened is, by the control.
  public struct Control: Equatable, Sendable {
    /// Pairs of a mutation of the control and an input.
    public var pairs = 0
    /// Pairs whose verdict is not the predicted one.
    public var wrong = 0
    /// Pairs that changed though they were predicted not to.
    public var missed = 0

    /// A control of nothing.
    public init() {}

    /// Takes in a verdict and what was predicted.
    public mutating func add(isChanged: Bool, isPredicted: Bool) {
      pairs += 1
      if isChanged != isPredicted { wrong += 1 }
      if isChanged && !isPredicted { missed += 1 }
    }
  }

  /// What a results file says of the mutations that it lacks.
  public struct Summary: Sendable {
    /// Mutations of the space.
    public let all: Int
    /// How many of them are only foretold.
    public let foretold: Int
    /// How good their forecast is.
    public let control: Control

    /// What a reader should know of them, in sentences.
    public var sentences: [String] {
      let share = String(format: "%.2f %%", 100 * Double(control.wrong) / Double(max(1, control.pairs)))
      return [
        "\(foretold.grouped) of \(all.grouped) mutations are only foretold, in /forecast: the numbers of this file are "
          + "of the others.",
        control.pairs == 0
          ? "No random control says how far that forecast can be trusted."
          : "Of \(control.pairs.grouped) verdicts of a random control of these \(share) are not as foretold, "
            + "\(control.missed.grouped) of them changes that were not.",
      ]
    }
  }

  private static let rowsAtATime = 1 << 16

  // MARK: Writing

  /// Adds the group to a results file whose phenotypes are there: the mutations in the file are those that are not only
  /// foretold, in order. Copies the forecast from the file at `source`; returns what the control says. For one process.
  public static func write(
    fates: [Fate], band: Double, from source: String, to path: String
  ) throws -> Control {
    let forecast = try ForecastFile(path: source)
    let control = try control(fates, forecast, results: path)
    let summary = forecast.summary
    let file = try File.update(path, communicator: nil)
    try file.create(layout(summary, band: band, control: control))
    try file.dataset("forecast/fate") { try $0.writeWhole(fates.map(\.rawValue)) }
    for start in stride(from: 0, to: fates.count, by: rowsAtATime) {
      try copy(start..<min(start + rowsAtATime, fates.count), of: forecast, to: file)
    }
    try file.close()
    try forecast.close()
    try OutputTarget.handToDisk(path)
    return control
  }

  private static func copy(
    _ rows: Range<Int>, of forecast: borrowing ForecastFile, to file: borrowing File
  ) throws {
    let mutations = try forecast.mutations(rows)
    func put<Element: NumericElement>(_ name: String, _ values: [Element]) throws {
      try file.writeRows("forecast/\(name)", values, count: rows.count, at: rows.lowerBound)
    }
    try put("layer", mutations.map { Int32($0.region.layer) })
    try put("matrix", mutations.map { UInt8($0.region.matrix.index) })
    try put("row", mutations.map { Int32($0.region.rows.lowerBound) })
    try put("column", mutations.map { Int32($0.region.columns.lowerBound) })
    try put("kind", mutations.map(\.kind.code))
    for column in [ForecastColumn.margin, .divergence] {
      try file.writeRows(
        "forecast/\(column.rawValue)", try forecast.values(column, rows), count: rows.count, at: rows.lowerBound,
        [forecast.summary.inputCount])
    }
  }

  private static func layout(
    _ summary: ForecastFile.Summary, band: Double, control: Control
  ) -> ResultsLayout.GroupLayout {
    let all = Axis(name: "foretold", length: summary.mutationCount)
    let input = Axis(name: "input", length: summary.inputCount)
    let chunk = max(1, ResultsFormat.chunkBytes / (4 * max(1, summary.inputCount)))
    func column(
      _ name: String, _ type: ElementType, _ longName: String, codes: CodeNames? = nil, comment: String? = nil,
      perInput: Bool = false
    ) -> Column {
      Column(
        name: name, type: type, axes: perInput ? [all, input] : [all], longName: longName, comment: comment,
        codes: codes, chunk: perInput ? [chunk, max(1, summary.inputCount)] : [chunk],
        compression: ResultsFormat.compression)
    }
    let foretold = [ForecastColumn.margin, .divergence].map {
      column($0.rawValue, .float32, $0.meaning, comment: $0.comment, perInput: true)
    }
    return ResultsLayout.GroupLayout(
      name: "forecast",
      columns: [
        column("fate", .uint8, "what became of the mutation", codes: Fate.names),
        column("layer", .int32, "layer of the matrix"), column("matrix", .uint8, "matrix", codes: .matrices),
        column("row", .int32, "first row of the region"), column("column", .int32, "first column of the region"),
        column("kind", .uint8, "what is done to the region", codes: .kindsOfWeights),
      ] + foretold, dimensions: [(all, .index()), (input, .labels(summary.ids))],
      numbers: [
        ("probes", summary.probeCount), ("control_pairs", control.pairs), ("control_wrong", control.wrong),
        ("control_missed", control.missed),
      ],
      comment: """
        All mutations of the space, most of them only foretold from gradients: no mutant was run. Screened are those \
        with a margin from \(1 / band) to \(band) on some input, and a random control of the others, of whose verdicts \
        control_wrong are not as foretold. The group /mutation has those that were screened, in this order.
        """)
  }

  /// Compares the verdicts of the control with what was predicted of them.
  private static func control(
    _ fates: [Fate], _ forecast: borrowing ForecastFile, results path: String
  ) throws -> Control {
    let results = try ResultsFile(path: path)
    let inputs = results.summary.inputCount
    guard results.summary.mutationCount == fates.count(where: { $0 != .foretold }),
      inputs == forecast.summary.inputCount
    else {
      throw ArchiveError("cannot add a forecast to \(path): it is of another screen; run again with --restart")
    }
    var (control, row) = (Control(), 0)
    for (place, fate) in fates.enumerated() where fate != .foretold {
      if fate == .control {
        let verdicts = try results.values(\.firstChange, row..<row + 1)
        let margins = try forecast.values(.margin, place..<place + 1)
        for (verdict, margin) in zip(verdicts, margins) {
          control.add(isChanged: verdict >= 0, isPredicted: margin > 1)
        }
      }
      row += 1
    }
    try results.close()
    return control
  }

  // MARK: Reading

  /// How many mutations of a results file's space are only foretold, and what its control says; nil where it has no
  /// forecast.
  public static func summary(ofResults path: String) throws -> Summary? {
    let file = try File.open(path)
    guard try file.kind(ofMember: "forecast") == .group else {
      try file.close()
      return nil
    }
    var fates: [UInt8] = []
    try file.dataset("forecast/fate") { fates = try $0.read() }
    let group = try file.openGroup("forecast")
    var control = Control()
    control.pairs = Int(try group.integerAttribute("control_pairs"))
    control.wrong = Int(try group.integerAttribute("control_wrong"))
    control.missed = Int(try group.integerAttribute("control_missed"))
    try group.close()
    try file.close()
    return Summary(
      all: fates.count, foretold: fates.count { $0 == Fate.foretold.rawValue }, control: control)
  }
}

import Foundation
import HDF5
import MessagePassing
import Mutagenesis

/// Writes a results file, all ranks together: the whole structure first, then rows in any order, then the units.
///
/// Every function is collective.
public struct ResultsWriter: ~Copyable {
  /// Rows of a chunk; ranks that write whole chunks never share one.
  public let chunkRows: Int
  private let path: String
  private let communicator: Communicator
  private let file: File
  private let recording: Recording

  /// Creates the file at `path` with everything in it but mutations, phenotypes and units.
  public init(path: String, communicator: Communicator, description: ScreenDescription) throws {
    let layout = ResultsLayout(description: description)
    let file = try File.create(path, communicator: communicator)
    try ResultsWriter.begin(file, layout: layout, description: description)
    self.path = path
    self.communicator = communicator
    self.file = file
    recording = description.recording
    chunkRows = layout.chunkRows
  }

  // MARK: Rows

  /// Writes consecutive rows from `position` on: this rank's part, perhaps empty.
  public func write(_ phenotypes: Phenotypes, mutations: [Mutation], at position: Int) throws {
    let count = mutations.count
    precondition(phenotypes.mutationCount == count, "a row for each mutation")
    func put<Element: NumericElement>(_ group: String, _ name: String, _ values: [Element], _ widths: [Int] = []) throws
    {
      let dataset = try file.openDataset("\(group)/\(name)")
      try dataset.write(
        values, at: [position] + widths.map { _ in 0 }, count: [count] + (count == 0 ? widths.map { _ in 0 } : widths))
      try dataset.close()
    }
    let regions = mutations.map(\.region)
    try put("mutation", "layer", regions.map { Int32($0.layer) })
    try put("mutation", "matrix", regions.map { UInt8($0.matrix.index) })
    try put("mutation", "row", regions.map { Int32($0.rows.lowerBound) })
    try put("mutation", "column", regions.map { Int32($0.columns.lowerBound) })
    try put("mutation", "rows", regions.map { Int32($0.rows.count) })
    try put("mutation", "columns", regions.map { Int32($0.columns.count) })
    try put("mutation", "kind", mutations.map(\.kind.code))
    try put("mutation", "value", phenotypes.value)
    let inputs = [phenotypes.inputCount]
    try put("phenotype", "first_change", phenotypes.firstChange, inputs)
    try put("phenotype", "margin", phenotypes.margin, inputs)
    if recording.divergence { try put("phenotype", "divergence", phenotypes.divergence, inputs) }
    if recording.perplexity {
      try put("phenotype", "log_perplexity_change", phenotypes.logPerplexityChange, inputs)
    }
    if recording.text { try put("phenotype", "tokens", phenotypes.tokens, inputs + [phenotypes.stepCount]) }
    if recording.choices { try put("phenotype", "choice", phenotypes.choice, inputs) }
    if recording.direction != .none {
      try put("phenotype", "direction", phenotypes.direction, [phenotypes.componentCount])
    }
    if recording.response { try put("phenotype", "response", phenotypes.response, [phenotypes.componentCount]) }
  }

  // MARK: The end

  /// Writes the times and ranks of all units, the same on every rank, closes the file and hands it to the disk.
  public consuming func finish(unitSeconds: [Double], unitRanks: [Int32]) throws {
    try ResultsWriter.whole("unit/seconds", in: file) { try $0.writeWhole(unitSeconds) }
    try ResultsWriter.whole("unit/rank", in: file) { try $0.writeWhole(unitRanks) }
    let (path, communicator) = (path, communicator)
    try file.close()
    if communicator.rank == 0 {
      let descriptor = open(path, O_RDONLY)
      let failed = descriptor < 0 || fsync(descriptor) != 0
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      if failed { throw ArchiveError("cannot hand \(path) to the disk: \(reason); check the disk and run again") }
    }
  }

  // MARK: The beginning

  private static func begin(_ file: borrowing File, layout: ResultsLayout, description: ScreenDescription) throws {
    try file.write(description.provenance)
    for group in layout.groups {
      let created = try file.createGroup(group.name)
      try created.create(group.columns, dimensions: group.dimensions)
      if let comment = group.comment { try created.setAttribute("comment", comment) }
      for number in group.numbers { try created.setAttribute(number.name, Int64(number.value)) }
      try created.close()
    }
    let inputs = description.inputs
    let longest = inputs.map(\.tokens.count).max() ?? 0
    try whole("input/id", in: file) { try $0.writeWhole(inputs.map(\.id)) }
    try whole("input/task", in: file) { try $0.writeWhole(inputs.map(\.task)) }
    try whole("input/prompt", in: file) { try $0.writeWhole(inputs.map(\.prompt)) }
    try whole("input/prompt_tokens", in: file) { dataset in
      try dataset.writeWhole(inputs.flatMap { $0.tokens.padded(to: longest, with: -1) })
    }
    try whole("input/answer", in: file) { try $0.writeWhole(inputs.map(\.answer)) }
    try whole("input/choices", in: file) { try $0.writeWhole(inputs.map(\.joinedChoices)) }
    try whole("input/answer_choice", in: file) { try $0.writeWhole(inputs.map(\.answerChoice)) }
    let baseline = description.baseline
    let steps = description.stepCount
    try whole("baseline/tokens", in: file) { dataset in
      try dataset.writeWhole(baseline.flatMap { $0.tokens.padded(to: steps, with: -1) })
    }
    try whole("baseline/text", in: file) { try $0.writeWhole(baseline.map(\.text)) }
    try whole("baseline/margin", in: file) { dataset in
      try dataset.writeWhole(baseline.flatMap { $0.margins.padded(to: steps, with: .nan) })
    }
    if description.recording.choices {
      try whole("baseline/choice", in: file) { try $0.writeWhole(baseline.map(\.choice)) }
    }
    if let choiceProtocol = description.choiceProtocol {
      try whole("phenotype/choice", in: file) { try $0.write(choiceProtocol) }
    }
    if let shapes = description.shapes {
      try whole("matrix/rows", in: file) { try $0.writeWhole(shapes.rows) }
      try whole("matrix/columns", in: file) { try $0.writeWhole(shapes.columns) }
    }
    if let drive = description.drive {
      try whole("drive/sum_mean", in: file) { try $0.writeWhole(drive.sumMean) }
      try whole("drive/sum_rms", in: file) { try $0.writeWhole(drive.sumRMS) }
    }
    if let vocabulary = description.vocabulary {
      try whole("vocabulary/offset", in: file) { try $0.writeWhole(vocabulary.offsets) }
      try whole("vocabulary/bytes", in: file) { try $0.writeWhole(vocabulary.bytes) }
    }
    let starts = description.starts
    guard !starts.isEmpty else { return }
    try whole("start/time", in: file) { try $0.writeWhole(starts.map(\.time)) }
    try whole("start/command_line", in: file) { try $0.writeWhole(starts.map(\.commandLine)) }
    try whole("start/hosts", in: file) { try $0.writeWhole(starts.map(\.hosts)) }
    try whole("start/job", in: file) { try $0.writeWhole(starts.map(\.job)) }
    try whole("start/ranks", in: file) { try $0.writeWhole(starts.map { Int32($0.ranks) }) }
    try whole("start/threads", in: file) { try $0.writeWhole(starts.map { Int32($0.threads) }) }
    try whole("start/units_before", in: file) { try $0.writeWhole(starts.map { Int32($0.unitsBefore) }) }
  }

  private static func whole(
    _ name: String, in file: borrowing File, _ body: (borrowing Dataset) throws -> Void
  ) throws {
    let dataset = try file.openDataset(name)
    try body(dataset)
    try dataset.close()
  }
}

extension Array {
  fileprivate func padded(to length: Int, with filler: Element) -> [Element] {
    self + Array(repeating: filler, count: Swift.max(0, length - count))
  }
}

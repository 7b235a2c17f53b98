import HDF5
import Perturbations
import Transformer

/// A finished results file, to be read by one process.
public struct ResultsFile: ~Copyable {
  /// Place and kind of some consecutive mutations, one element each.
  public struct Mutations: Sendable {
    /// The layer of each, `Region.outside` of matrices that are of none.
    public let layer: [Int32]
    /// The matrix of each.
    public let matrix: [WeightMatrix]
    /// The first row of each region, in elements.
    public let row: [Int32]
    /// The first column of each region, in elements.
    public let column: [Int32]
    /// The number of rows of each region.
    public let rows: [Int32]
    /// The number of columns of each region.
    public let columns: [Int32]
    /// The kind of each.
    public let kind: [Kind]
    /// The value that each region was set to, or the number of its kind; not a number where there is none.
    public let value: [Float]
    /// The component of the matrix that each is of, 0 first, and the size of that component; both are empty where
    /// mutations are of regions.
    public let component: [Int32]
    /// See `component`.
    public let singularValue: [Float]
    /// The rows of the two mutations of a pair, -1 for single mutations; both are empty where there are no pairs.
    public let pairFirst: [Int32]
    /// See `pairFirst`.
    public let pairSecond: [Int32]

    /// Whether the layer at a place is one that its matrix can have.
    func hasLayer(at place: Int) -> Bool {
      matrix[place].isOuter ? Int(layer[place]) == Region.outside : layer[place] >= 0
    }
  }

  /// What a file says of itself and the sizes of its parts.
  public struct Summary: Sendable {
    /// The file's root attributes.
    public let provenance: Provenance
    /// Mutations in the file.
    public let mutationCount: Int
    /// Those of them that are of a matrix of a layer and alone: the first ones.
    public let layeredCount: Int
    /// Inputs in the file.
    public let inputCount: Int
    /// Steps of a continuation.
    public let stepCount: Int
    /// Components of a direction; 0 if none is recorded.
    public let componentCount: Int
    /// Units in the file.
    public let unitCount: Int
    /// The columns that are recorded.
    public let recording: RecordedColumns
    /// Whether the continuations of mutants are there as texts too.
    public let hasTextStrings: Bool
    /// Tokens that the file knows the bytes of; nil if none.
    public let vocabularyCount: Int?
    /// The shapes of the screened model's matrices; nil where the file does not say.
    public let shapes: MatrixShapes?
    /// The id of each input.
    public let ids: [String]
    /// The task of each input.
    public let tasks: [String]

    /// The rows of mutations of the embedding and of the head.
    public var outerRows: Range<Int> { layeredCount..<(recording.pairs ? layeredCount : mutationCount) }
    /// The rows of pairs of mutations.
    public var pairRows: Range<Int> { (recording.pairs ? layeredCount : mutationCount)..<mutationCount }
  }

  /// The file's path.
  public let path: String
  /// What the file says of itself.
  public let summary: Summary
  let file: File

  /// Opens a file and checks that its parts fit together.
  public init(path: String) throws { try self.init(path: path, isOutline: false) }

  /// An outline has no results yet, so that nothing may take it for them.
  init(path: String, isOutline: Bool) throws {
    let file = try File.open(path)
    let summary = try ResultsFile.summary(of: file)
    guard isOutline == (summary.provenance.progress?.unitsDone == 0) else {
      throw ArchiveError(
        "cannot read \(path): it is \(isOutline ? "no outline" : "the outline") of a screen that runs; name the "
          + "screen's output")
    }
    self.path = path
    self.summary = summary
    self.file = file
  }

  /// Closes the file.
  public consuming func close() throws { try file.close() }

  /// Whether a results file, of any version, is at this path.
  public static func isResults(_ path: String) -> Bool { ResultsFormat.fileFormat.isFile(at: path) }

  /// Throws where no HDF5 file of any kind can be opened.
  public static func checkOpens(_ path: String) throws { _ = try File.open(path) }

  /// How much of its screen the results file at this path has; nil where it has all, or is none.
  public static func progress(at path: String) -> Provenance.Progress? {
    guard let file = try? ResultsFile(path: path) else { return nil }
    return file.summary.provenance.progress
  }

  // MARK: Tables of the screen

  /// What drives constant regions; nil where the file does not say.
  public func drive() throws -> InputSums? {
    guard let shape = try ResultsFile.shape(of: "drive/sum_mean", in: file) else { return nil }
    let means = try file.openDataset("drive/sum_mean")
    let roots = try file.openDataset("drive/sum_rms")
    guard shape.count == 3, shape[1] == MatrixInput.allCases.count, roots.shape == shape else {
      throw ArchiveError(
        "cannot read \(path): drive/sum_mean has the shape \(shape) and drive/sum_rms \(roots.shape); the file is "
          + "damaged"
      )
    }
    let drive = InputSums(
      layerCount: shape[0], blockCount: shape[2], sumMean: try means.read(), sumRMS: try roots.read())
    try means.close()
    try roots.close()
    return drive
  }

  /// The texts of tokens; nil where the file has none.
  public func texts() throws -> TokenTexts? {
    guard summary.vocabularyCount != nil else { return nil }
    let offsets = try file.openDataset("vocabulary/offset")
    let bytes = try file.openDataset("vocabulary/bytes")
    let vocabulary = TokenTexts(offsets: try offsets.read(), bytes: try bytes.read())
    try offsets.close()
    try bytes.close()
    guard let vocabulary else {
      throw ArchiveError(
        "cannot read \(path): vocabulary/offset does not ascend from 0 to the length of vocabulary/bytes; the file is "
          + "damaged")
    }
    return vocabulary
  }

  // MARK: Rows

  /// Reads some consecutive mutations.
  public func mutations(_ rows: Range<Int>) throws -> Mutations {
    let matrices: [UInt8] = try read("mutation/matrix", rows)
    let kinds: [UInt8] = try read("mutation/kind", rows)
    let path = path
    return Mutations(
      layer: try read("mutation/layer", rows), matrix: try matrices.map { try ResultsFile.matrix($0, path) },
      row: try read("mutation/row", rows),
      column: try read("mutation/column", rows), rows: try read("mutation/rows", rows),
      columns: try read("mutation/columns", rows), kind: try kinds.map { try ResultsFile.kind($0, path) },
      value: try read("mutation/value", rows), component: try recordedValues(\.component, rows) ?? [],
      singularValue: try recordedValues(\.singularValue, rows) ?? [],
      pairFirst: try recordedValues(\.pairFirst, rows) ?? [], pairSecond: try recordedValues(\.pairSecond, rows) ?? [])
  }

  /// How choices were scored; nil where the file does not say.
  public func choiceProtocol() throws -> ChoiceProtocol? {
    guard summary.recording.choices else { return nil }
    let dataset = try file.openDataset("phenotype/choice")
    let found = try dataset.readChoiceProtocol()
    try dataset.close()
    return found
  }

  // MARK: Parts

  private var mutationCount: Int { summary.mutationCount }
  private var inputCount: Int { summary.inputCount }

  private static func summary(of file: borrowing File) throws -> Summary {
    let provenance = try file.readProvenance()
    let first = try shape(of: "phenotype/first_change", in: file) ?? []
    let tokens = try shape(of: "baseline/tokens", in: file) ?? []
    let ids = try strings("input/id", in: file)
    let tasks = try strings("input/task", in: file)
    guard first.count == 2, tokens.count == 2, first[1] == ids.count, tasks.count == ids.count else {
      throw ArchiveError(
        "cannot read \(file.path): it has \(ids.count) inputs but phenotypes of shape \(first); the file is damaged")
    }
    let componentCount = try shape(of: "phenotype/direction", in: file)?.last ?? 0
    let recording = try recording(of: file, componentCount: componentCount)
    return Summary(
      provenance: provenance, mutationCount: first[0],
      layeredCount: try layeredCount(of: file, among: first[0], hasPairs: recording.pairs),
      inputCount: first[1], stepCount: tokens[1], componentCount: componentCount,
      unitCount: try shape(of: "unit/seconds", in: file)?.first ?? 0, recording: recording,
      hasTextStrings: try shape(of: "phenotype/text", in: file) != nil,
      vocabularyCount: try shape(of: "vocabulary/offset", in: file).map { ($0.first ?? 0) - 1 },
      shapes: try MatrixShapes(file), ids: ids, tasks: tasks)
  }

  /// Mutations before the first of a matrix outside of the layers, or before the first pair; behind it all are such.
  private static func layeredCount(of file: borrowing File, among count: Int, hasPairs: Bool) throws -> Int {
    guard count > 0 else { return 0 }
    let dataset = try file.openDataset(hasPairs ? "mutation/pair_first" : "mutation/matrix")
    func isBehind(_ row: Int) throws -> Bool {
      if hasPairs {
        let place: [Int32] = try dataset.read(at: [row], count: [1])
        return place.first.map { $0 >= 0 } ?? false
      }
      let code: [UInt8] = try dataset.read(at: [row], count: [1])
      return code.first.map { Int($0) >= WeightMatrix.embedding.index } ?? false
    }
    var (low, high) = (0, count)
    // Where the last is of a layer and alone, all are.
    if try !isBehind(count - 1) { low = count }
    while low < high {
      let middle = (low + high) / 2
      if try isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    try dataset.close()
    return low
  }

  /// The columns that a file has; those without any component do not count.
  private static func recording(of file: borrowing File, componentCount: Int) throws -> RecordedColumns {
    var names: Set<String> = []
    for column in Phenotypes.columns where try shape(of: column.path, in: file) != nil {
      if componentCount > 0 || !column.axes.contains(.component) { names.insert(column.name) }
    }
    return RecordedColumns(names: names)
  }

  /// The shape of a dataset; nil if there is none of this name.
  static func shape(of name: String, in file: borrowing File) throws -> [Int]? {
    guard try file.kind(ofMember: name) != nil else { return nil }
    let dataset = try file.openDataset(name)
    let shape = dataset.shape
    try dataset.close()
    return shape
  }

  func read<Element: NumericElement>(
    _ name: String, _ rows: Range<Int>, _ widths: [Int] = []
  ) throws -> [Element] {
    let dataset = try file.openDataset(name)
    guard dataset.shape == [mutationCount] + widths else {
      throw ArchiveError("cannot read \(path): \(name) has the shape \(dataset.shape); the file is damaged")
    }
    let values: [Element] = try dataset.read(
      at: [rows.lowerBound] + widths.map { _ in 0 }, count: [rows.count] + widths)
    try dataset.close()
    return values
  }

  /// Throws if a token is outside of the vocabulary.
  func check(_ tokens: [Int32], _ name: String) throws {
    guard let count = summary.vocabularyCount, let largest = tokens.max(), Int(largest) >= count else { return }
    throw ArchiveError(
      "cannot read \(path): \(name) holds the token \(largest), and the vocabulary has \(count); the file is damaged")
  }

  /// Throws if a number stands neither for a choice nor for none.
  func check(choices: [UInt8], _ name: String) throws {
    guard let odd = choices.first(where: { $0 >= LetterChoice.limit && $0 != LetterChoice.none }) else { return }
    throw ArchiveError("cannot read \(path): \(name) holds \(odd), which stands for no choice; the file is damaged")
  }

  private static func matrix(_ code: UInt8, _ path: String) throws -> WeightMatrix {
    guard let matrix = WeightMatrix.allCases.first(where: { $0.index == Int(code) }) else {
      throw ArchiveError("cannot read \(path): \(code) stands for no matrix; use the version of locus that wrote it")
    }
    return matrix
  }

  private static func kind(_ code: UInt8, _ path: String) throws -> Kind {
    guard let kind = Kind(code: code) else {
      throw ArchiveError("cannot read \(path): \(code) stands for no kind; use the version of locus that wrote it")
    }
    return kind
  }

  static func strings(_ name: String, in file: borrowing File) throws -> [String] {
    let dataset = try file.openDataset(name)
    let strings = try dataset.readStrings()
    try dataset.close()
    return strings
  }
}

/// One column of the phenotypes: all that the program knows of it but how it is computed.
///
/// Tables in memory, journals, results files, tables of text, descriptions and estimates are loops over
/// `Phenotypes.columns`, so that a column is added there alone, and where it is computed.
public struct PhenotypeColumn: Sendable {
  /// A dimension of a column behind that of mutations.
  public enum Dimension: String, Sendable { case input, step, component }

  /// The array of a table that has a column's values, and what each of them is until its mutation is evaluated.
  ///
  /// For whole numbers that is also what stands for a missing value in files; for others it is what is not a number.
  public enum Values: Sendable {
    /// Numbers of single precision, and what stands where nothing is known.
    case float32(WritableKeyPath<Phenotypes, [Float]> & Sendable, unset: Float)
    /// Integers of 32 bits, and what stands where nothing is known.
    case int32(WritableKeyPath<Phenotypes, [Int32]> & Sendable, unset: Int32)
    /// Integers of 16 bits, and what stands where nothing is known.
    case int16(WritableKeyPath<Phenotypes, [Int16]> & Sendable, unset: Int16)
    /// Integers of 8 bits, and what stands where nothing is known.
    case uint8(WritableKeyPath<Phenotypes, [UInt8]> & Sendable, unset: UInt8)
  }

  /// What the values of a column stand for.
  public enum Content: Sendable {
    /// Plain numbers.
    case numbers
    /// Tokens of the vocabulary, or -1.
    case tokens
    /// Choices of an input, 0 first, or `LetterChoice.none`.
    case choices
  }

  /// The condition under which a column is recorded.
  public enum Condition: Sendable {
    /// The column is always recorded.
    case always
    /// The column is recorded where a setting says so.
    case when(WritableKeyPath<RecordedColumns, Bool> & Sendable)
    /// The configuration has `record: {NAME: true}`.
    case onRequest
  }

  /// The group of a results file that has a column's dataset.
  public enum Group: String, Sendable { case mutation, phenotype }

  /// Name of the dataset and of the column in tables of text.
  public let name: String
  /// The name in descriptions and tables for people.
  public let label: String
  /// The group of the results file that holds it.
  public let group: Group
  /// Its dimensions, the last one contiguous.
  public let axes: [Dimension]
  /// Its element type and its place among the phenotypes.
  public let values: Values
  /// Whether its values are numbers, tokens or choices.
  public let content: Content
  /// The condition under which it is recorded.
  public let condition: Condition
  /// The unit, as UDUNITS spells it; "1" for plain numbers.
  public let unit: String
  /// The meaning of its values: the attribute `long_name` of the dataset.
  public let meaning: String
  /// How the values were made, where the meaning does not say: the attribute `comment`.
  public let comment: String?
  /// Whether the values are made of all scores at every step, so that no mutant may leave at its first change.
  public let comparesScores: Bool

  init(
    _ name: String, label: String, group: Group = .phenotype, axes: [Dimension], values: Values,
    content: Content = .numbers, condition: Condition = .always, unit: String = "1", meaning: String,
    comment: String? = nil, comparesScores: Bool = false
  ) {
    self.name = name
    self.label = label
    self.group = group
    self.axes = axes
    self.values = values
    self.content = content
    self.condition = condition
    self.unit = unit
    self.meaning = meaning
    self.comment = comment
    self.comparesScores = comparesScores
  }

  // MARK: Questions

  /// The path of its dataset in a results file.
  public var path: String { "\(group.rawValue)/\(name)" }

  /// The array of a table that has the values, whatever the type of its elements.
  public var array: PartialKeyPath<Phenotypes> {
    switch values {
    case .float32(let path, _): path
    case .int32(let path, _): path
    case .int16(let path, _): path
    case .uint8(let path, _): path
    }
  }

  /// Whether a screen that records these columns has this one.
  public func isRecorded(in recording: RecordedColumns) -> Bool {
    switch condition {
    case .always: true
    case .when(let flag): recording[keyPath: flag]
    case .onRequest: recording.requested.contains(name)
    }
  }

  /// Whether it is recorded only where the configuration asks for it by its name.
  public var isOnRequest: Bool {
    if case .onRequest = condition { true } else { false }
  }

  /// Lengths of the dimensions behind that of mutations.
  public func lengths(inputs: Int, steps: Int, components: Int) -> [Int] {
    axes.map { axis in
      switch axis {
      case .input: inputs
      case .step: steps
      case .component: components
      }
    }
  }

  // MARK: Values

  /// Calls `body` with the column's values in a table, `[mutation] + axes`, as bytes in the machine's order; with none
  /// where the column is not recorded.
  public func withBytes<Result>(
    of table: Phenotypes, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch values {
    case .float32(let path, _): try table[keyPath: path].withUnsafeBytes(body)
    case .int32(let path, _): try table[keyPath: path].withUnsafeBytes(body)
    case .int16(let path, _): try table[keyPath: path].withUnsafeBytes(body)
    case .uint8(let path, _): try table[keyPath: path].withUnsafeBytes(body)
    }
  }

  /// Calls `body` with the same bytes, to be changed.
  func withMutableBytes<Result>(
    of table: inout Phenotypes, _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch values {
    case .float32(let path, _): try table[keyPath: path].withUnsafeMutableBytes(body)
    case .int32(let path, _): try table[keyPath: path].withUnsafeMutableBytes(body)
    case .int16(let path, _): try table[keyPath: path].withUnsafeMutableBytes(body)
    case .uint8(let path, _): try table[keyPath: path].withUnsafeMutableBytes(body)
    }
  }

  /// Gives a table room for the column's values.
  func makeRoom(in table: inout Phenotypes) {
    let lengths = lengths(inputs: table.inputCount, steps: table.stepCount, components: table.componentCount)
    let count = lengths.reduce(table.mutationCount, *)
    switch values {
    case .float32(let path, let unset): table[keyPath: path] = Array(repeating: unset, count: count)
    case .int32(let path, let unset): table[keyPath: path] = Array(repeating: unset, count: count)
    case .int16(let path, let unset): table[keyPath: path] = Array(repeating: unset, count: count)
    case .uint8(let path, let unset): table[keyPath: path] = Array(repeating: unset, count: count)
    }
  }
}

import CHDF5

/// Builds a results file as a script says: a script of zeros makes a sound one, and any other byte an oddity.
struct OddResultsFile {
  /// What is wrong with an object; the shape and the type of the others are the expected ones.
  private enum Oddity: CaseIterable {
    case absent, otherType, otherShape, otherTypeAndShape, nothing, group, danglingLink, endlessLink, externalFile
    case unwritten
  }

  /// A dataset as a sound file has it.
  private struct Column {
    let name: String
    let type: OddType
    let shape: [Int]
    /// Little-endian, of one element; the number of the row is added to the first of them.
    let value: [UInt8]
    var step: UInt8 = 0
  }

  private static let texts = [
    "locus_version", "created", "config", "command_line", "model_name", "model_sha256", "plan_sha256", "row_order",
    "blas", "mpi", "instruction_set",
  ]

  private let file: hid_t
  private let list = hdf5_default_list()
  private var script: Script

  /// Writes the file at `path`, in place of one that is there.
  static func write(_ path: String, script: Script) {
    H5Eset_auto2(0, nil, nil)
    let identifier = H5Fcreate(path, hdf5_truncate(), hdf5_default_list(), hdf5_default_list())
    precondition(identifier >= 0, "cannot create \(path)")
    var builder = OddResultsFile(file: identifier, script: script)
    builder.writeAttributes()
    builder.writeDatasets()
    precondition(H5Fclose(identifier) >= 0, "cannot close \(path)")
  }

  // MARK: Attributes

  private mutating func writeAttributes() {
    writeAttribute("format", .text, Array("locus-screen".utf8))
    writeAttribute("format_version", .int64, [2, 0, 0, 0, 0, 0, 0, 0])
    for name in ["ranks", "threads"] { writeAttribute(name, .int64, [1, 0, 0, 0, 0, 0, 0, 0]) }
    for name in Self.texts { writeAttribute(name, .text, Array("text".utf8)) }
    writeAttribute("document_count", OddType.int64.identifier, shape: [], [5, 0, 0, 0, 0, 0, 0, 0])
    // A whole screen has none of these.
    guard script.next() != 0 else { return }
    for name in ["part", "parts", "part_first_mutation", "plan_mutations"] {
      writeAttribute(name, .int64, [1, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  private mutating func writeAttribute(_ name: String, _ type: OddType, _ value: [UInt8]) {
    let choice = script.next()
    guard choice != 0 else {
      let identifier = type.identifier
      if type == .text { H5Tset_size(identifier, value.count) }
      return writeAttribute(name, identifier, shape: [], value)
    }
    // Of half of all choices only the value is odd.
    if choice.isMultiple(of: 2) { return writeAttribute(name, type.identifier, shape: [], script.bytes(8)) }
    let other = script.choose(OddType.self)
    guard choice % 3 != 0, !other.holdsPointers else { return }
    let shapes = [[], [1], [0], [2], [1, 1], [4000]]
    writeAttribute(name, other.identifier, shape: shapes[script.next(below: shapes.count)], script.bytes(8))
  }

  /// Takes `type` over.
  private func writeAttribute(_ name: String, _ type: hid_t, shape: [Int], _ value: [UInt8]) {
    let space = space(shape)
    let attribute = H5Acreate2(file, name, type, space, list, list)
    if attribute >= 0 {
      H5Awrite(attribute, type, repeated(value, to: H5Tget_size(type) * shape.reduce(1, *)))
      H5Aclose(attribute)
    }
    H5Sclose(space)
    H5Tclose(type)
  }

  // MARK: Datasets

  private mutating func writeDatasets() {
    let inputs = (script.next(below: 5) + 2) % 5
    let mutations = (script.next(below: 9) + 3) % 9
    let (steps, components) = ((script.next(below: 4) + 2) % 4, (script.next(below: 4) + 2) % 4)
    for group in ["input", "baseline", "mutation", "phenotype", "unit", "vocabulary", "drive"] {
      H5Gclose(H5Gcreate2(file, group, list, list, list))
    }
    let (zero, four) = ([UInt8](repeating: 0, count: 4), [UInt8]([4, 0, 0, 0]))
    let text = Array("ab".utf8)
    let columns = [
      Column(name: "input/id", type: .text, shape: [inputs], value: text, step: 1),
      Column(name: "input/task", type: .text, shape: [inputs], value: text),
      Column(name: "input/prompt", type: .text, shape: [inputs], value: text),
      Column(name: "baseline/tokens", type: .int32, shape: [inputs, steps], value: zero),
      Column(name: "baseline/text", type: .text, shape: [inputs], value: text),
      Column(name: "mutation/layer", type: .int32, shape: [mutations], value: zero),
      Column(name: "mutation/matrix", type: .uint8, shape: [mutations], value: [0]),
      Column(name: "mutation/row", type: .int32, shape: [mutations], value: zero, step: 4),
      Column(name: "mutation/column", type: .int32, shape: [mutations], value: zero),
      Column(name: "mutation/rows", type: .int32, shape: [mutations], value: four),
      Column(name: "mutation/columns", type: .int32, shape: [mutations], value: four),
      Column(name: "mutation/kind", type: .uint8, shape: [mutations], value: [0]),
      Column(name: "mutation/value", type: .float32, shape: [mutations], value: zero),
      Column(name: "phenotype/first_change", type: .int16, shape: [mutations, inputs], value: [0, 0], step: 1),
      Column(name: "phenotype/margin", type: .float32, shape: [mutations, inputs], value: zero),
      Column(name: "phenotype/divergence", type: .float32, shape: [mutations, inputs], value: zero),
      Column(name: "phenotype/tokens", type: .int32, shape: [mutations, inputs, steps], value: zero),
      Column(name: "phenotype/direction", type: .float32, shape: [mutations, components], value: zero),
    ]
    for column in columns + more(mutations: mutations, inputs: inputs, steps: steps) { write(column) }
  }

  /// What only those read who write the same again, what files of the first version lack, and a firing record.
  private func more(mutations: Int, inputs: Int, steps: Int) -> [Column] {
    let (four, eight) = ([UInt8](repeating: 0, count: 4), [UInt8](repeating: 0, count: 8))
    return [
      Column(name: "input/prompt_tokens", type: .int32, shape: [inputs, 3], value: four),
      Column(name: "baseline/margin", type: .float32, shape: [inputs, steps], value: four),
      Column(name: "unit/seconds", type: .float64, shape: [2], value: eight),
      Column(name: "unit/rank", type: .int32, shape: [2], value: four),
      Column(name: "vocabulary/offset", type: .int64, shape: [4], value: eight, step: 1),
      Column(name: "vocabulary/bytes", type: .uint8, shape: [3], value: [0x80], step: 1),
      Column(name: "phenotype/choice", type: .uint8, shape: [mutations, inputs], value: [0], step: 1),
      Column(name: "baseline/choice", type: .uint8, shape: [inputs], value: [255]),
      Column(name: "input/answer", type: .text, shape: [inputs], value: Array("ab".utf8)),
      Column(name: "input/choices", type: .text, shape: [inputs], value: Array("a\nb".utf8)),
      Column(name: "input/answer_choice", type: .uint8, shape: [inputs], value: [1]),
      Column(name: "drive/sum_mean", type: .float32, shape: [2, 4, 3], value: four),
      Column(name: "drive/sum_rms", type: .float32, shape: [2, 4, 3], value: four),
      Column(name: "phenotype/log_perplexity_change", type: .float32, shape: [mutations, inputs], value: four),
      Column(name: "offsets", type: .int64, shape: [mutations + 1], value: eight, step: 1),
      Column(name: "documents", type: .int32, shape: [mutations], value: four),
    ]
  }

  private mutating func write(_ column: Column) {
    let choice = script.next()
    guard choice != 0 else { return write(column, column.type, column.shape) }
    if choice.isMultiple(of: 2) { return write(column, column.type, column.shape, script.bytes(Int(choice) / 4)) }
    switch script.choose(Oddity.self) {
    case .absent: break
    case .otherType: write(column, script.choose(OddType.self), column.shape)
    case .otherShape: write(column, column.type, oddShape(column.shape))
    case .otherTypeAndShape: write(column, script.choose(OddType.self), oddShape(column.shape))
    case .nothing: write(column, column.type, nil)
    case .group: H5Gclose(H5Gcreate2(file, column.name, list, list, list))
    case .danglingLink: H5Lcreate_soft("/nowhere", file, column.name, list, list)
    case .endlessLink: H5Lcreate_soft("/" + column.name, file, column.name, list, list)
    case .externalFile: writeExternal(column)
    case .unwritten: writeUnwritten(column)
    }
  }

  /// The expected shape with an axis more, an axis less, or one of another length.
  private mutating func oddShape(_ shape: [Int]) -> [Int] {
    var shape = shape
    switch script.next(below: 3) {
    case 0: shape.append(script.next(below: 4))
    case 1: _ = shape.popLast()
    default:
      let axis = script.next(below: shape.count)
      shape[axis] = script.next(below: 8)
    }
    return shape
  }

  /// `values` come in place of the column's own if there are any; a shape of nil is a space that holds nothing.
  private func write(_ column: Column, _ type: OddType, _ shape: [Int]?, _ values: [UInt8] = []) {
    let identifier = type.identifier
    let size = H5Tget_size(identifier)
    let count = shape.map { $0.reduce(1, *) } ?? 0
    let space = shape.map { self.space($0) } ?? H5Screate(H5S_NULL)
    let dataset = H5Dcreate2(file, column.name, identifier, space, list, list, list)
    if dataset >= 0 {
      let bytes = values.isEmpty ? sound(column, count: count, size: size) : repeated(values, to: count * size)
      if !type.holdsPointers { H5Dwrite(dataset, identifier, everything, everything, list, bytes) }
      H5Dclose(dataset)
    }
    H5Sclose(space)
    H5Tclose(identifier)
  }

  /// A dataset whose values are in another file.
  private func writeExternal(_ column: Column) {
    let creation = hdf5_dataset_creation_list()
    H5Pset_external(creation, "/etc/hostname", 0, 1 << 20)
    create(column, shape: column.shape, creation)
  }

  /// A dataset in chunks none of which is there, with the axes as long as the script says.
  private mutating func writeUnwritten(_ column: Column) {
    let creation = hdf5_dataset_creation_list()
    H5Pset_chunk(creation, Int32(column.shape.count), column.shape.map { _ in 1 })
    create(column, shape: column.shape.map { $0 << script.next(below: 62) & Int.max }, creation)
  }

  private func create(_ column: Column, shape: [Int], _ creation: hid_t) {
    let identifier = column.type.identifier
    let space = space(shape)
    H5Dclose(H5Dcreate2(file, column.name, identifier, space, list, creation, list))
    H5Sclose(space)
    H5Tclose(identifier)
    H5Pclose(creation)
  }

  // MARK: Helpers

  /// H5S_ALL, which is no constant that Swift sees.
  private var everything: hid_t { 0 }

  private func space(_ shape: [Int]) -> hid_t {
    shape.isEmpty ? hdf5_scalar_space() : H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
  }

  private func sound(_ column: Column, count: Int, size: Int) -> [UInt8] {
    (0..<count).flatMap { index in
      var element = repeated(column.value + [UInt8](repeating: 0, count: max(0, size - column.value.count)), to: size)
      if size > 0 { element[0] &+= UInt8(truncatingIfNeeded: index) &* column.step }
      return element
    }
  }

  private func repeated(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    guard !bytes.isEmpty else { return [UInt8](repeating: 0, count: count) }
    return (0..<count).map { bytes[$0 % bytes.count] }
  }
}

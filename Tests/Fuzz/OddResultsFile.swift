import CHDF5

/// Builds a results file as a script says: a script of zeros makes a sound one, and any other byte an oddity.
struct OddResultsFile {
  private static let texts = [
    "locus_version", "created", "config", "command_line", "model_name", "model_sha256", "plan_sha256", "row_order",
    "blas", "mpi", "instruction_set",
  ]

  private var objects: OddObjects

  /// Writes the file at `path`, in place of one that is there.
  static func write(_ path: String, script: Script) {
    H5Eset_auto2(0, nil, nil)
    let identifier = H5Fcreate(path, hdf5_truncate(), hdf5_default_list(), hdf5_default_list())
    precondition(identifier >= 0, "cannot create \(path)")
    var builder = OddResultsFile(objects: OddObjects(file: identifier, script: script))
    builder.writeAttributes()
    builder.writeDatasets()
    precondition(H5Fclose(identifier) >= 0, "cannot close \(path)")
  }

  // MARK: Attributes

  private mutating func writeAttributes() {
    objects.writeAttribute("format", .text, Array("locus-screen".utf8))
    objects.writeAttribute("format_version", .int64, [2, 0, 0, 0, 0, 0, 0, 0])
    for name in ["ranks", "threads"] { objects.writeAttribute(name, .int64, [1, 0, 0, 0, 0, 0, 0, 0]) }
    for name in Self.texts { objects.writeAttribute(name, .text, Array("text".utf8)) }
    objects.writeAttribute("document_count", OddType.int64.identifier, shape: [], [5, 0, 0, 0, 0, 0, 0, 0])
    // A whole screen has none of these.
    guard objects.script.next() != 0 else { return }
    for name in ["part", "parts", "part_first_mutation", "plan_mutations"] {
      objects.writeAttribute(name, .int64, [1, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  // MARK: Datasets

  private mutating func writeDatasets() {
    let inputs = (objects.script.next(below: 5) + 2) % 5
    let mutations = (objects.script.next(below: 9) + 3) % 9
    let (steps, components) = ((objects.script.next(below: 4) + 2) % 4, (objects.script.next(below: 4) + 2) % 4)
    for group in ["input", "baseline", "mutation", "phenotype", "unit", "vocabulary", "drive"] {
      objects.createGroup(group)
    }
    let (zero, four) = ([UInt8](repeating: 0, count: 4), [UInt8]([4, 0, 0, 0]))
    let text = Array("ab".utf8)
    let columns = [
      OddColumn(name: "input/id", type: .text, shape: [inputs], value: text, step: 1),
      OddColumn(name: "input/task", type: .text, shape: [inputs], value: text),
      OddColumn(name: "input/prompt", type: .text, shape: [inputs], value: text),
      OddColumn(name: "baseline/tokens", type: .int32, shape: [inputs, steps], value: zero),
      OddColumn(name: "baseline/text", type: .text, shape: [inputs], value: text),
      OddColumn(name: "mutation/layer", type: .int32, shape: [mutations], value: zero),
      OddColumn(name: "mutation/matrix", type: .uint8, shape: [mutations], value: [0]),
      OddColumn(name: "mutation/row", type: .int32, shape: [mutations], value: zero, step: 4),
      OddColumn(name: "mutation/column", type: .int32, shape: [mutations], value: zero),
      OddColumn(name: "mutation/rows", type: .int32, shape: [mutations], value: four),
      OddColumn(name: "mutation/columns", type: .int32, shape: [mutations], value: four),
      OddColumn(name: "mutation/kind", type: .uint8, shape: [mutations], value: [0]),
      OddColumn(name: "mutation/value", type: .float32, shape: [mutations], value: zero),
      OddColumn(name: "phenotype/first_change", type: .int16, shape: [mutations, inputs], value: [0, 0], step: 1),
      OddColumn(name: "phenotype/margin", type: .float32, shape: [mutations, inputs], value: zero),
      OddColumn(name: "phenotype/divergence", type: .float32, shape: [mutations, inputs], value: zero),
      OddColumn(name: "phenotype/tokens", type: .int32, shape: [mutations, inputs, steps], value: zero),
      OddColumn(name: "phenotype/direction", type: .float32, shape: [mutations, components], value: zero),
    ]
    for column in columns + more(mutations: mutations, inputs: inputs, steps: steps) { objects.write(column) }
    objects.write(OddColumn(name: "phenotype/response", type: .float32, shape: [mutations, components], value: zero))
    writeShapes()
  }

  /// Of one matrix, in which all mutations of a sound file are.
  private mutating func writeShapes() {
    let list = hdf5_default_list()
    let group = H5Gcreate2(objects.file, "matrix", list, list, list)
    objects.writeAttribute("layers", .int64, [1, 0, 0, 0, 0, 0, 0, 0], on: group)
    H5Gclose(group)
    objects.write(OddColumn(name: "matrix/matrix", type: .text, shape: [1], value: Array("q".utf8)))
    for name in ["rows", "columns"] {
      objects.write(OddColumn(name: "matrix/" + name, type: .int32, shape: [1], value: [64, 0, 0, 0]))
    }
  }

  /// What only those read who write the same again, what files of the first version lack, and a firing record.
  private func more(mutations: Int, inputs: Int, steps: Int) -> [OddColumn] {
    let (four, eight) = ([UInt8](repeating: 0, count: 4), [UInt8](repeating: 0, count: 8))
    return [
      OddColumn(name: "input/prompt_tokens", type: .int32, shape: [inputs, 3], value: four),
      OddColumn(name: "baseline/margin", type: .float32, shape: [inputs, steps], value: four),
      OddColumn(name: "unit/seconds", type: .float64, shape: [2], value: eight),
      OddColumn(name: "unit/rank", type: .int32, shape: [2], value: four),
      OddColumn(name: "vocabulary/offset", type: .int64, shape: [4], value: eight, step: 1),
      OddColumn(name: "vocabulary/bytes", type: .uint8, shape: [3], value: [0x80], step: 1),
      OddColumn(name: "phenotype/choice", type: .uint8, shape: [mutations, inputs], value: [0], step: 1),
      OddColumn(name: "baseline/choice", type: .uint8, shape: [inputs], value: [255]),
      OddColumn(name: "input/answer", type: .text, shape: [inputs], value: Array("ab".utf8)),
      OddColumn(name: "input/choices", type: .text, shape: [inputs], value: Array("a\nb".utf8)),
      OddColumn(name: "input/answer_choice", type: .uint8, shape: [inputs], value: [1]),
      OddColumn(name: "drive/sum_mean", type: .float32, shape: [2, 4, 3], value: four),
      OddColumn(name: "drive/sum_rms", type: .float32, shape: [2, 4, 3], value: four),
      OddColumn(name: "phenotype/log_perplexity_change", type: .float32, shape: [mutations, inputs], value: four),
      OddColumn(name: "offsets", type: .int64, shape: [mutations + 1], value: eight, step: 1),
      OddColumn(name: "documents", type: .int32, shape: [mutations], value: four),
    ]
  }
}

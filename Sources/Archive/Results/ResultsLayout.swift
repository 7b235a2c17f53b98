import HDF5
import Perturbations
import Transformer

/// Groups, dimensions and datasets of a results file.
struct ResultsLayout {
  struct GroupLayout {
    let name: String
    let columns: [Column]
    let dimensions: [(axis: Axis, coordinate: Coordinate)]
    /// Attributes of the group.
    var numbers: [(name: String, value: Int)] = []
    var comment: String?
    /// Columns that are coordinates but no dimension's own.
    var coordinates: [String] = []
  }

  let chunkRows: Int
  let groups: [GroupLayout]

  init(description: ScreenDescription) {
    let mutation = Axis(name: "mutation", length: description.mutationCount)
    let input = Axis(name: "input", length: description.inputs.count)
    let step = Axis(name: "step", length: description.stepCount)
    let names = Coordinate.labels(description.inputs.map(\.id))
    let row = description.emptyTable(rows: 1)
    let rowBytes = Phenotypes.columns.map { $0.withBytes(of: row) { $0.count } }.max() ?? 1
    let units = max(1, ResultsFormat.chunkBytes / (rowBytes * ResultsFormat.chunkRowStep))
    chunkRows = units * ResultsFormat.chunkRowStep
    var groups = [
      ResultsLayout.inputs(description, input: input, names: names),
      ResultsLayout.baselines(description, input: input, step: step, names: names),
      ResultsLayout.mutations(mutation, description, chunkRows: chunkRows),
      ResultsLayout.phenotypes(
        description, mutation: mutation, input: input, step: step, names: names, chunkRows: chunkRows),
      ResultsLayout.units(Axis(name: "unit", length: description.unitCount)),
    ]
    if let shapes = description.shapes { groups.append(ResultsLayout.matrices(shapes)) }
    if let drive = description.drive { groups.append(ResultsLayout.drive(drive)) }
    if let vocabulary = description.vocabulary { groups.append(ResultsLayout.tokens(vocabulary)) }
    if !description.starts.isEmpty {
      groups.append(RunStart.layout(count: description.starts.count, of: "screen"))
    }
    self.groups = groups
  }

  // MARK: Groups

  static func inputs(_ description: ScreenDescription, input: Axis, names: Coordinate) -> GroupLayout {
    let inputs = description.inputs
    let position = Axis(name: "prompt_position", length: ScreenDescription.promptWidth(inputs))
    return GroupLayout(
      name: "input",
      columns: [
        Column(name: "id", type: .text, axes: [input], longName: "name of the input"),
        tasks(input),
        Column(name: "prompt", type: .text, axes: [input], longName: "prompt as text"),
        Column(
          name: "prompt_tokens", type: .int32, axes: [input, position], longName: "prompt as tokens, -1 after its end",
          missing: -1),
        Column(
          name: "answer", type: .text, axes: [input],
          longName: "right answer, empty where none is known"),
        Column(
          name: "choices", type: .text, axes: [input],
          longName: "choices, one a line, empty without"),
        Column(
          name: "answer_choice", type: .uint8, axes: [input],
          longName: "choice that is the right answer, 0 first, 255 where none is known", missing: Int(LetterChoice.none)
        ),
      ],
      dimensions: [(input, names), (position, .index())])
  }

  /// What inputs are grouped by, which every group with inputs has.
  static func tasks(_ input: Axis) -> Column {
    Column(name: "task", type: .text, axes: [input], longName: "task the input belongs to")
  }

  static func baselines(
    _ description: ScreenDescription, input: Axis, step: Axis, names: Coordinate
  ) -> GroupLayout {
    var columns = [
      Column(
        name: "tokens", type: .int32, axes: [input, step], longName: "baseline continuation, -1 after its end",
        comment: Phenotypes.commentOnTokens, missing: -1),
      Column(
        name: "text", type: .text, axes: [input],
        longName: "baseline continuation as text"),
      Column(
        name: "margin", type: .float32, axes: [input, step],
        longName: "best minus second best score, not a number after the end"),
    ]
    if description.recording.choices {
      columns.append(
        Column(
          name: "choice", type: .uint8, axes: [input],
          longName: "choice whose letter has the largest score at the first step, 255 without choices",
          missing: Int(LetterChoice.none)))
    }
    columns.append(tasks(input))
    return GroupLayout(
      name: "baseline", columns: columns, dimensions: [(input, names), (step, .index())], coordinates: ["task"])
  }

  static func mutations(_ mutation: Axis, _ description: ScreenDescription, chunkRows: Int) -> GroupLayout {
    let parameters = description.parameters
    func column(
      _ name: String, _ type: ElementType, _ longName: String, codes: CodeNames? = nil
    ) -> Column {
      Column(
        name: name, type: type, axes: [mutation], longName: longName, codes: codes, chunk: [chunkRows],
        compression: ResultsFormat.compression)
    }
    let matrix = column("matrix", .uint8, "mutated matrix", codes: description.matrixNames)
    let matrixName = Axis(name: "matrix_name_length", length: description.matrixNames.width)
    let kindName = Axis(name: "kind_name_length", length: CodeNames.kinds.width)
    let hasEdits = !parameters.units.isEmpty
    var kind = column("kind", .uint8, "what was done to the region", codes: hasEdits ? .kinds : .kindsOfWeights)
    kind.numbers = Kind.allCases.compactMap { kind in parameters[kind].map { (kind.rawValue, Double($0)) } }
    let values = Phenotypes.columns.filter { $0.group == .mutation && $0.isRecorded(in: description.recording) }.map {
      $0.dataset(axes: [mutation], chunkRows: chunkRows)
    }
    return GroupLayout(
      name: "mutation",
      columns: [
        column("layer", .int32, description.layerMeaning),
        matrix,
        column("row", .int32, "first row of the region, in elements of the stored tensor"),
        column("column", .int32, "first column of the region, in elements of the stored tensor"),
        column("rows", .int32, "rows of the region"),
        column("columns", .int32, "columns of the region"),
        kind,
      ] + values + [matrix.names(along: matrixName), kind.names(along: kindName)],
      dimensions: [(mutation, .index()), (matrixName, .none), (kindName, .none)],
      comment: ResultsComments.mutations + (hasEdits ? " " + Kind.recipesOfEdits : "")
        + (description.hasOuter ? " " + ResultsComments.outer : ""),
      coordinates: ["matrix_name", "kind_name"])
  }

  private static func phenotypes(
    _ description: ScreenDescription, mutation: Axis, input: Axis, step: Axis, names: Coordinate, chunkRows: Int
  ) -> GroupLayout {
    let axes: [PhenotypeColumn.Dimension: Axis] = [
      .input: input, .step: step, .component: Axis(name: "component", length: description.componentCount),
    ]
    var columns: [Column] = []
    var dimensions: [(axis: Axis, coordinate: Coordinate)] = [(mutation, .index()), (input, names)]
    for phenotype in Phenotypes.columns
    where phenotype.group == .phenotype && phenotype.isRecorded(in: description.recording) {
      let own = phenotype.axes.compactMap { axes[$0] }
      columns.append(phenotype.dataset(axes: [mutation] + own, chunkRows: chunkRows))
      for axis in own where !dimensions.contains(where: { $0.axis.name == axis.name }) {
        dimensions.append((axis, .index()))
      }
      if phenotype.content == .tokens, description.hasTextStrings {
        columns.append(texts(axes: [mutation, input], chunkRows: chunkRows))
      }
    }
    columns.append(tasks(input))
    let labels = labels(mutation, description, chunkRows: chunkRows)
    return GroupLayout(
      name: "phenotype", columns: columns + labels.columns,
      dimensions: dimensions + labels.lengths.map { ($0, .none) },
      coordinates: ["task"] + labels.columns.map(\.name))
  }

  /// What the tokens of mutants say.
  private static func texts(axes: [Axis], chunkRows: Int) -> Column {
    Column(
      name: "text", type: .text, axes: axes,
      longName: "the mutant's own continuation as text, empty where silent or not recorded",
      comment: ResultsComments.text, chunk: [chunkRows] + axes.dropFirst().map { max(1, $0.length) },
      compression: ResultsFormat.compression)
  }

  /// What phenotypes are chosen and grouped by: the layer of each mutation, and its matrix and kind by name. `lengths`
  /// are the axes of the names' characters.
  static func labels(
    _ mutation: Axis, _ description: ScreenDescription, chunkRows: Int
  ) -> (columns: [Column], lengths: [Axis]) {
    let names = [
      ("matrix", "mutated matrix", description.matrixNames), ("kind", "what was done to the region", .kinds),
    ]
    let lengths = names.map { Axis(name: "\($0.0)_length", length: $0.2.width) }
    let layer = Column(
      name: "layer", type: .int32, axes: [mutation], longName: description.layerMeaning, chunk: [chunkRows],
      compression: ResultsFormat.compression)
    let named = zip(names, lengths).map { name, length in
      Column(
        name: name.0, type: .string(length: 1), axes: [mutation, length], longName: "\(name.1), by name",
        chunk: [chunkRows, length.length], compression: ResultsFormat.compression)
    }
    return ([layer] + named, lengths)
  }

  private static func units(_ unit: Axis) -> GroupLayout {
    GroupLayout(
      name: "unit",
      columns: [
        Column(name: "seconds", type: .float64, axes: [unit], longName: "wall time of the unit", units: "s"),
        Column(name: "rank", type: .int32, axes: [unit], longName: "rank that evaluated the unit"),
      ],
      dimensions: [(unit, .index())])
  }

  static func matrices(_ shapes: MatrixShapes) -> GroupLayout {
    let matrix = Axis(name: "matrix", length: shapes.matrices.count)
    let hasOuter = shapes.matrices.contains(where: \.isOuter)
    func column(_ name: String, _ what: String) -> Column {
      let place = "in every layer of the model" + (hasOuter ? ", or outside of the layers" : "")
      return Column(
        name: name, type: .int32, axes: [matrix], longName: "\(name) of the matrix \(place), which are its \(what)")
    }
    return GroupLayout(
      name: "matrix", columns: [column("rows", "outputs"), column("columns", "inputs")],
      dimensions: [(matrix, .labels(shapes.matrices.map(\.rawValue)))], numbers: [("layers", shapes.layerCount)])
  }

  private static func drive(_ drive: InputSums) -> GroupLayout {
    let layer = Axis(name: "layer", length: drive.layerCount)
    let site = Axis(name: "site", length: MatrixInput.allCases.count)
    let block = Axis(name: "column_block", length: drive.blockCount)
    func column(_ name: String, _ mean: String) -> Column {
      Column(
        name: name, type: .float32, axes: [layer, site, block],
        longName: "\(mean), over all positions of all baselines, of the sum of a matrix's inputs in a block of columns")
    }
    return GroupLayout(
      name: "drive", columns: [column("sum_mean", "mean"), column("sum_rms", "root mean square")],
      dimensions: [
        (layer, .index()), (site, .labels(MatrixInput.allCases.map(\.rawValue))), (block, .index()),
      ], comment: ResultsComments.drive)
  }

  private static func tokens(_ vocabulary: TokenTexts) -> GroupLayout {
    let boundary = Axis(name: "boundary", length: vocabulary.offsets.count)
    let byte = Axis(name: "byte", length: vocabulary.bytes.count)
    return GroupLayout(
      name: "vocabulary",
      columns: [
        Column(
          name: "offset", type: .int64, axes: [boundary],
          longName: "first byte of each token, and behind the last token the number of bytes",
          chunk: boundary.chunk, compression: boundary.compression),
        Column(
          name: "bytes", type: .uint8, axes: [byte],
          longName: "what each token adds to a text, UTF-8 when joined, nothing for special tokens",
          chunk: byte.chunk, compression: byte.compression),
      ],
      dimensions: [(boundary, .index()), (byte, .index())])
  }
}

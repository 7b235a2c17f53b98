import HDF5
import Perturbations

// What a results file holds before its first row.
extension File {
  /// Writes everything that is known before the first unit is evaluated, and creates all datasets. Alone.
  func write(_ description: ScreenDescription, layout: ResultsLayout) throws {
    try write(description.provenance)
    try setAttribute("title", description.title)
    for group in layout.groups { try create(group) }
    try write(description.inputs, tasksIn: "phenotype")
    try writeBaselines(description)
    try writeTables(description)
    try write(description.starts)
  }

  /// Opens a dataset for `body`.
  func dataset(_ name: String, _ body: (borrowing Dataset) throws -> Void) throws {
    let dataset = try openDataset(name)
    try body(dataset)
    try dataset.close()
  }

  /// Creates a group and its datasets, whose values are written later.
  func create(_ group: ResultsLayout.GroupLayout) throws {
    let created = try createGroup(group.name)
    try created.create(group.columns, dimensions: group.dimensions)
    if let comment = group.comment { try created.setAttribute("comment", comment) }
    for number in group.numbers { try created.setAttribute(number.name, Int64(number.value)) }
    if !group.coordinates.isEmpty {
      try created.setAttribute("coordinates", group.coordinates.joined(separator: " "))
    }
    try created.close()
  }

  // MARK: Parts

  /// Writes the inputs, whose tasks the group of the results, of this name, has too.
  func write(_ inputs: [ScreenDescription.Input], tasksIn results: String) throws {
    let longest = ScreenDescription.promptWidth(inputs)
    try dataset("input/id") { try $0.writeWhole(inputs.map(\.id)) }
    try dataset("input/task") { try $0.writeWhole(inputs.map(\.task)) }
    try dataset("input/prompt") { try $0.writeWhole(inputs.map(\.prompt)) }
    try dataset("input/prompt_tokens") { dataset in
      try dataset.writeWhole(inputs.flatMap { $0.tokens.padded(to: longest, with: -1) })
    }
    try dataset("input/answer") { try $0.writeWhole(inputs.map(\.answer)) }
    try dataset("input/choices") { try $0.writeWhole(inputs.map(\.joinedChoices)) }
    try dataset("input/answer_choice") { try $0.writeWhole(inputs.map(\.answerChoice)) }
    for group in ["baseline", results] {
      try dataset("\(group)/task") { try $0.writeWhole(inputs.map(\.task)) }
    }
  }

  /// Writes what the unmutated model says of each input.
  func writeBaselines(_ description: ScreenDescription) throws {
    let baseline = description.baseline
    let steps = description.stepCount
    try dataset("baseline/tokens") { dataset in
      try dataset.writeWhole(baseline.flatMap { $0.tokens.padded(to: steps, with: -1) })
    }
    try dataset("baseline/text") { try $0.writeWhole(baseline.map(\.text)) }
    try dataset("baseline/margin") { dataset in
      try dataset.writeWhole(baseline.flatMap { $0.margins.padded(to: steps, with: .nan) })
    }
    if description.recording.choices {
      try dataset("baseline/choice") { try $0.writeWhole(baseline.map(\.choice)) }
    }
  }

  private func writeTables(_ description: ScreenDescription) throws {
    if let choiceProtocol = description.choiceProtocol {
      try dataset("phenotype/choice") { try $0.write(choiceProtocol) }
    }
    if let shapes = description.shapes {
      try dataset("matrix/rows") { try $0.writeWhole(shapes.rows) }
      try dataset("matrix/columns") { try $0.writeWhole(shapes.columns) }
    }
    if let drive = description.drive {
      try dataset("drive/sum_mean") { try $0.writeWhole(drive.sumMean) }
      try dataset("drive/sum_rms") { try $0.writeWhole(drive.sumRMS) }
    }
    if let vocabulary = description.vocabulary {
      try dataset("vocabulary/offset") { try $0.writeWhole(vocabulary.offsets) }
      try dataset("vocabulary/bytes") { try $0.writeWhole(vocabulary.bytes) }
    }
  }
}

extension Array {
  fileprivate func padded(to length: Int, with filler: Element) -> [Element] {
    self + Array(repeating: filler, count: Swift.max(0, length - count))
  }
}

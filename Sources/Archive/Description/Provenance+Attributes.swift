import HDF5

extension File {
  /// Writes the root attributes of a results file, or of another file that comes from a screen's configuration.
  func write(_ provenance: Provenance, as format: FileFormat = ResultsFormat.fileFormat) throws {
    try write(format)
    try setAttribute("history", "\(provenance.created): \(provenance.commandLine)")
    try setAttribute("locus_version", provenance.locusVersion)
    try setAttribute("created", provenance.created)
    try setAttribute("config", String(decoding: provenance.configuration, as: UTF8.self))
    try setAttribute("command_line", provenance.commandLine)
    try setAttribute("model_name", provenance.modelName)
    try setAttribute("model_sha256", provenance.modelSHA256)
    try setAttribute("plan_sha256", provenance.planSHA256)
    try setAttribute("row_order", provenance.rowOrder)
    try setAttribute("ranks", Int64(provenance.ranks))
    try setAttribute("threads", Int64(provenance.threads))
    try setAttribute("blas", provenance.blas)
    try setAttribute("mpi", provenance.mpi)
    try setAttribute("instruction_set", provenance.instructionSet)
    try writeMasks(provenance.masks)
    if let temperature = provenance.temperature { try setAttribute("temperature", Double(temperature)) }
    if let seed = provenance.seed {
      // As digits: it may be larger than any signed number.
      try setAttribute("seed", "\(seed)")
      try setAttribute("random_numbers", ResultsComments.randomNumbers)
    }
    if let progress = provenance.progress { try write(progress) }
    if let part = provenance.part {
      try setAttribute("part", Int64(part.index))
      try setAttribute("parts", Int64(part.count))
      try setAttribute("part_first_mutation", Int64(part.firstMutation))
      try setAttribute("plan_mutations", Int64(part.planMutationCount))
    }
  }

  /// Reads the root attributes, and refuses a file that is not of this format and a version this program reads.
  func readProvenance(as format: FileFormat = ResultsFormat.fileFormat) throws -> Provenance {
    try check(format)
    var provenance = Provenance(
      locusVersion: try textAttribute("locus_version"), created: try textAttribute("created"),
      configuration: Array(try textAttribute("config").utf8), commandLine: try textAttribute("command_line"),
      modelName: try textAttribute("model_name"), modelSHA256: try textAttribute("model_sha256"),
      planSHA256: try textAttribute("plan_sha256"), rowOrder: try textAttribute("row_order"),
      ranks: Int(try integerAttribute("ranks")), threads: Int(try integerAttribute("threads")),
      blas: try textAttribute("blas"), mpi: try textAttribute("mpi"),
      instructionSet: try textAttribute("instruction_set"), seed: try readSeed(),
      temperature: try hasAttribute("temperature") ? Float(try numberAttribute("temperature")) : nil,
      part: try readPart())
    provenance.masks = try readMasks()
    provenance.progress = try readProgress()
    return provenance
  }

  private func readSeed() throws -> UInt64? {
    guard try hasAttribute("seed") else { return nil }
    guard let seed = UInt64(try textAttribute("seed")) else {
      throw ArchiveError("cannot read \(path): its seed is no whole number; the file is damaged")
    }
    return seed
  }

  /// nil where the file is of a whole screen.
  private func readPart() throws -> Provenance.Part? {
    guard try hasAttribute("part") else { return nil }
    let part = Provenance.Part(
      index: Int(try integerAttribute("part")), of: Int(try integerAttribute("parts")),
      firstMutation: Int(try integerAttribute("part_first_mutation")),
      planMutationCount: Int(try integerAttribute("plan_mutations")))
    guard part.index >= 1, part.index <= part.count, part.firstMutation >= 0, part.planMutationCount >= 0 else {
      throw ArchiveError(
        "cannot read \(path): it claims to be part \(part.index) of \(part.count); the file is damaged")
    }
    return part
  }
}

extension File {
  /// Writes the words for each mask, a line each; nothing where there are none.
  func writeMasks(_ masks: [String]) throws {
    guard !masks.isEmpty else { return }
    try setAttribute("masks", masks.joined(separator: "\n"))
  }

  /// The words for each mask; none where the file does not speak of masks.
  func readMasks() throws -> [String] {
    guard try hasAttribute("masks") else { return [] }
    return try textAttribute("masks").split(separator: "\n").map(String.init)
  }
}

extension StoredObject where Self: ~Copyable {
  /// Says that a file is of a screen that was not finished.
  func write(_ progress: Provenance.Progress) throws {
    try setAttribute("units_done", Int64(progress.unitsDone))
    try setAttribute("units_of_screen", Int64(progress.unitCount))
    try setAttribute("mutations_of_screen", Int64(progress.mutationCount))
  }

  /// nil where the screen was finished.
  func readProgress() throws -> Provenance.Progress? {
    guard try hasAttribute("units_done") else { return nil }
    return Provenance.Progress(
      unitsDone: Int(try integerAttribute("units_done")), unitCount: Int(try integerAttribute("units_of_screen")),
      mutationCount: Int(try integerAttribute("mutations_of_screen")))
  }
}

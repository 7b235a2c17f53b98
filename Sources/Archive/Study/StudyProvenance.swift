import HDF5

/// Where a study's file comes from: its root attributes.
public struct StudyProvenance: Equatable, Sendable {
  /// The version of the program that made the studies.
  public var locusVersion: String
  /// UTC, ISO 8601.
  public var created: String
  /// The bytes of the configuration file.
  public var configuration: [UInt8]
  /// The command of the last start.
  public var commandLine: String
  /// The name of the model's folder or file.
  public var modelName: String
  /// The SHA-256 of the weight files' bytes, in the order of their names.
  public var modelSHA256: String
  /// The SHA-256 of everything that the results depend on: model, texts and the resolved configuration.
  public var planSHA256: String
  /// The units of the model that were zero in all studies, in words that name no path, for each mask of the
  /// configuration.
  public var masks: [String] = []
  /// Attention heads of a layer; nil where the file, of an earlier version, does not say.
  public var headCount: Int?
  /// Ranks of the last start.
  public var ranks: Int
  /// Threads of a rank.
  public var threads: Int
  /// The BLAS library and the processor core it chose its kernels for.
  public var blas: String

  /// Takes what a run of studies knows of itself.
  public init(
    locusVersion: String, created: String, configuration: [UInt8], commandLine: String, modelName: String,
    modelSHA256: String, planSHA256: String, ranks: Int, threads: Int, blas: String
  ) {
    self.locusVersion = locusVersion
    self.created = created
    self.configuration = configuration
    self.commandLine = commandLine
    self.modelName = modelName
    self.modelSHA256 = modelSHA256
    self.planSHA256 = planSHA256
    self.ranks = ranks
    self.threads = threads
    self.blas = blas
  }
}

extension File {
  /// Writes the root attributes of a study's file.
  func write(_ provenance: StudyProvenance) throws {
    try write(StudyFile.fileFormat)
    try setAttribute("history", "\(provenance.created): \(provenance.commandLine)")
    try setAttribute("locus_version", provenance.locusVersion)
    try setAttribute("created", provenance.created)
    try setAttribute("config", String(decoding: provenance.configuration, as: UTF8.self))
    try setAttribute("command_line", provenance.commandLine)
    try setAttribute("model_name", provenance.modelName)
    try setAttribute("model_sha256", provenance.modelSHA256)
    try setAttribute("plan_sha256", provenance.planSHA256)
    try writeMasks(provenance.masks)
    if let heads = provenance.headCount { try setAttribute("heads", Int64(heads)) }
    try setAttribute("ranks", Int64(provenance.ranks))
    try setAttribute("threads", Int64(provenance.threads))
    try setAttribute("blas", provenance.blas)
  }

  /// Reads the root attributes, and refuses a file that is not a study's of a version that this program reads.
  func readStudyProvenance() throws -> StudyProvenance {
    try check(StudyFile.fileFormat)
    var provenance = StudyProvenance(
      locusVersion: try textAttribute("locus_version"), created: try textAttribute("created"),
      configuration: Array(try textAttribute("config").utf8), commandLine: try textAttribute("command_line"),
      modelName: try textAttribute("model_name"), modelSHA256: try textAttribute("model_sha256"),
      planSHA256: try textAttribute("plan_sha256"), ranks: Int(try integerAttribute("ranks")),
      threads: Int(try integerAttribute("threads")), blas: try textAttribute("blas"))
    provenance.masks = try readMasks()
    if try hasAttribute("heads") {
      let heads = try integerAttribute("heads")
      guard (1...1 << 20).contains(heads) else {
        throw ArchiveError("cannot read \(path): it says that layers have \(heads) heads; the file is damaged")
      }
      provenance.headCount = Int(heads)
    }
    return provenance
  }
}

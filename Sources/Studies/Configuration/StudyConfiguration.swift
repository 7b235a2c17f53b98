import Basics
import Configuration
import Hosts
import Inputs
import Perturbations

/// What a person asks of studies: the content of a YAML file, checked, with defaults filled in.
public struct StudyConfiguration: Sendable {
  /// The file as the person named it; errors repeat it.
  public let path: String
  /// The file itself, for the results file.
  public let bytes: [UInt8]
  /// The model, or an untrained one of its shapes.
  public let host: HostChoice
  /// nil: the tokenizer is in the model folder.
  public let tokenizerPath: String?
  /// The named texts, in the order of the file.
  public let texts: [TextSource]
  /// The named sets of images, which take the place of texts where the model classifies images.
  public let images: [ImageSource]
  /// Tokens of a row, the begin token included.
  public let window: Int
  /// Files of masks whose units are zero in all studies.
  public let masks: [String]
  /// The studies, in the order of `Studies.all`.
  public let studies: [any Study]
  /// The lines of the keys at the top, and of the sections of studies, by their names from the top.
  let lines: [String: Int]
  /// What each study is asked, without comments and blanks, for the plan's hash.
  package let spelling: String

  private static let fileLimit = 1 << 20
  private static let keys = ConfigurationKeys(
    top: ["model", "tokenizer", "texts", "images", "window", "masks", "studies"], groups: [])

  /// Whether a configuration is one of studies and not of a screen.
  public static func isStudies(path: String) -> Bool {
    guard let bytes = try? BoundedFile.read(path: path, limit: fileLimit, throwing: TextFileError.self) else {
      return false
    }
    // A section of a screen's has no such key, whatever way the file is written.
    return String(decoding: bytes, as: UTF8.self).contains(#/(?:^|[\s{,])"?studies"?\s*:/#)
  }

  /// Reads the file at `path`; relative paths in it are relative to its folder.
  ///
  /// Throws a `TextFileError` that names the line.
  public init(path: String) throws {
    let bytes = try MisplacedFile.configuration.reading(path) {
      try BoundedFile.read(path: path, limit: Self.fileLimit, throwing: TextFileError.self)
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Reads `bytes`, the content of the file at `path`.
  public init(bytes: [UInt8], path: String) throws {
    self.path = path
    self.bytes = bytes
    let file = try ConfigurationReader(bytes: bytes, file: path, keys: Self.keys)
    host = try HostChoice(try file.required("model", example: "PATH"))
    tokenizerPath = try file["tokenizer"]?.path()
    let texts =
      try file["texts"]?.members(use: "names with paths, such as 'facts: facts.txt'")
      .map { try TextSource(name: $0.key, $0.value) } ?? []
    self.texts = texts
    let images =
      try file["images"]?.members(use: "names with paths, such as 'digits: digits.safetensors'")
      .map { try ImageSource(name: $0.key, $0.value) } ?? []
    self.images = images
    window = try file["window"].map(TextSource.window) ?? 128
    masks = try file["masks"]?.paths(use: UnitMask.use) ?? []
    let sections = try file.required("studies", example: "{ablation: {…}}").members(use: Self.use)
    studies = try Studies.all.compactMap { type in
      guard let value = sections.first(where: { $0.key == type.name })?.value else { return nil }
      let reader = try value.group(keys: type.keys.map(\.name))
      return try type.init(
        StudySection(
          reader, textNames: texts.map(\.name) + images.map(\.name), haveImages: texts.isEmpty && !images.isEmpty))
    }
    for (key, value) in sections where Studies.named(key) == nil {
      let near = Spelling.nearest(to: key, among: Studies.all.map { $0.name })
      throw value.refusal(
        "there is no such study; \(near.map { "did you mean \($0)?" } ?? "use \(Self.use)")")
    }
    lines = file.lines.merging(sections.map { ($0.value.name, $0.value.line) }) { own, _ in own }
    spelling = sections.map { "\($0.key)=\($0.value.spelling)\n" }.sorted().joined()
  }

  private static var use: String { "sections named " + Studies.all.map { $0.name }.joined(separator: ", ") }
}

import Configuration

/// What is asked of passages that were read.
struct ReadingRequest: Equatable, Sendable {
  /// The file.
  let path: String
  /// Whether the times were made up, which is then said wherever they are named.
  let isSynthetic: Bool
  /// The passages.
  let passages: [Passage]

  /// Reads a path, or `{path: FILE, synthetic: true}`, and the passages.
  init(_ value: ConfigurationValue) throws {
    if value.isGroup {
      let group = try value.group(keys: ["path", "synthetic"])
      path = try group.required("path", example: "passages.jsonl").path()
      isSynthetic = try group["synthetic"]?.flag() ?? false
    } else {
      path = try value.path()
      isSynthetic = false
    }
    passages = try Passage.read(path)
  }
}

import HDF5

/// A kind of files of ours, which their roots name in attributes.
struct FileFormat {
  /// Root attribute `format`.
  let name: String
  /// The root attribute `format_version` of files that this program reads.
  let versions: ClosedRange<Int>
  /// What such a file is, for error sentences: "analysis".
  let noun: String
  /// What writes such files.
  let command: String

  /// Whether a file of this kind, of any version, is at a path.
  func isFile(at path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    return (try? file.textAttribute("format")) == name
  }
}

extension File {
  /// Says of which kind and version the file is, and what its attributes follow.
  func write(_ format: FileFormat) throws {
    try setAttribute("format", format.name)
    try setAttribute("format_version", Int64(format.versions.upperBound))
    try setAttribute("Conventions", ResultsFormat.conventions)
  }

  /// Refuses a file of another kind, or of a version that this program does not read.
  func check(_ format: FileFormat) throws {
    guard try hasAttribute("format"), try textAttribute("format") == format.name else {
      throw ArchiveError(
        "cannot read \(path): it is an HDF5 file but no \(format.noun); name one that \(format.command) wrote")
    }
    let (first, last) = (format.versions.lowerBound, format.versions.upperBound)
    let version = try integerAttribute("format_version")
    guard (Int64(first)...Int64(last)).contains(version) else {
      throw ArchiveError(
        "cannot read \(path): its format version is \(version) and this program reads \(first)"
          + (first < last ? " to \(last)" : "") + "; use the version of locus that wrote it")
    }
  }
}

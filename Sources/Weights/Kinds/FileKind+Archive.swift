extension FileKind {
  /// Members whose names are looked at.
  private static let memberLimit = 1000

  /// What a zip archive of these bytes is, by the names of its members, as PyTorch's and NumPy's files are such; nil
  /// when the bytes are no zip archive.
  static func ofArchive(_ bytes: UnsafeRawBufferPointer) -> FileKind? {
    guard let names = ZipDirectory.names(in: bytes, limit: memberLimit) else { return nil }
    if names.contains(where: { $0.hasSuffix("/data.pkl") || $0.hasSuffix("/constants.pkl") }) { return .torch }
    if !names.isEmpty && names.allSatisfy({ $0.hasSuffix(".npy") }) { return .numpyArchive }
    return .archive("a zip archive")
  }
}

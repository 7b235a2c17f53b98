import Basics
import Weights

/// An archive of arrays that numpy saved without compression, as `numpy.savez` does.
struct NpzFile: ArrayFile {
  let path: String
  private let arrays: [String: NpyArray]
  /// Members that are not read, and why not.
  private let refused: [String: String]

  /// Reads the directory and the arrays' headers.
  init(file: MappedFile) throws {
    path = file.path
    let directory: ZipDirectory
    do {
      directory = try withExtendedLifetime(file) { () throws(ZipDirectory.Damage) in try ZipDirectory(file.bytes) }
    } catch {
      throw CloudsError("cannot read the archive \(file.path): \(error.problem); save it again with numpy.savez")
    }
    var arrays: [String: NpyArray] = [:]
    var refused: [String: String] = [:]
    for entry in directory.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard arrays[name] == nil, refused[name] == nil else {
        throw CloudsError(
          "cannot read the archive \(file.path): it has two members called \(entry.name.quoted); save it again with "
            + "numpy.savez")
      }
      if entry.isEncrypted || entry.method != 0 {
        refused[name] = entry.isEncrypted ? "encrypted" : "compressed"
      } else {
        arrays[name] = try NpyArray(name: name, file: file, range: entry.range)
      }
    }
    guard !arrays.isEmpty || !refused.isEmpty else {
      throw CloudsError(
        "cannot read the archive \(file.path): it is a zip archive without an array of numpy; name a file of numbers")
    }
    self.arrays = arrays
    self.refused = refused
  }

  var names: [String] { (Array(arrays.keys) + Array(refused.keys)).sorted() }
  var metadata: [String: String] { [:] }

  func contains(_ name: String) -> Bool { arrays[name] != nil || refused[name] != nil }

  func array(named name: String) throws -> any NumberArray {
    if let array = arrays[name] { return array }
    if let reason = refused[name] {
      throw CloudsError(
        "cannot read the array \(name.quoted) of \(path): it is \(reason); save it with numpy.savez, which does not "
          + "compress"
      )
    }
    throw CloudsError(
      "cannot find the array \(name.quoted) in \(path): it holds "
        + "\(names.prefix(8).map(\.quoted).joined(separator: ", ")); name one of these")
  }
}

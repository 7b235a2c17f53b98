import Archive
import Basics
import Foundation
import Geometry
import HDF5

/// A firing record in an HDF5 file: the datasets `offsets`, int64 `[features + 1]`, and `documents`, int32, the
/// documents of feature i from `offsets[i]` up to `offsets[i + 1]`, ascending; the attribute `document_count` (or `T`)
/// of the file; and, if documents have names and belong to groups, the datasets of texts `document_names` and
/// `document_groups`.
public struct FiringFile: Sendable {
  /// The documents on which each feature fires.
  public let record: FiringRecord
  /// Names and groups of the documents; nil where the file has none.
  public let documents: Cloud.Documents?

  /// Takes a record and, if they are known, a name and a group for each of its documents.
  public init(record: FiringRecord, documents: Cloud.Documents?) {
    precondition(documents.map { $0.names.count == record.documentCount } ?? true, "a name for each document")
    self.record = record
    self.documents = documents
  }

  // MARK: Reading

  /// Reads a record of so many features; an error unless everything in it fits together.
  public static func read(_ path: String, featureCount: Int) throws -> FiringFile {
    let file = try File.open(path)
    func refuse(_ problem: String) -> CloudsError {
      CloudsError("cannot read the firing record \(path): \(problem); locus geometry --help says what it holds")
    }
    for name in ["offsets", "documents"] where try file.kind(ofMember: name) != .dataset {
      throw refuse("it has no dataset \(name)")
    }
    guard let name = try ["document_count", "T"].first(where: { try file.hasAttribute($0) }) else {
      throw refuse("it has no attribute document_count")
    }
    let documentCount = Int(try file.integerAttribute(name))
    guard (1...Int(Int32.max)).contains(documentCount) else {
      throw refuse("it says to be of \(documentCount) documents")
    }
    let offsets = try numbers("offsets", Int64.self, of: file).map(Int.init)
    let documents = try numbers("documents", Int32.self, of: file)
    guard offsets.count == featureCount + 1 else {
      throw refuse("its offsets are for \(offsets.count - 1) features, and there are \(featureCount) points")
    }
    guard offsets.first == 0, offsets.last == documents.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw refuse("its offsets do not ascend from 0 to the \(documents.count) documents") }
    for feature in 0..<featureCount {
      let own = documents[offsets[feature]..<offsets[feature + 1]]
      guard own.allSatisfy({ $0 >= 0 && $0 < documentCount }), zip(own, own.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw refuse("the documents of feature \(feature) do not ascend from 0 to below \(documentCount)")
      }
    }
    let record = FiringRecord(
      featureCount: featureCount, documentCount: documentCount, offsets: offsets, documents: documents)
    let named = try names(of: file, count: documentCount, refuse)
    try file.close()
    return FiringFile(record: record, documents: named)
  }

  private static func numbers<Element: NumericElement>(
    _ name: String, _ type: Element.Type, of file: borrowing File
  ) throws -> [Element] {
    let dataset = try file.openDataset(name)
    let values = try dataset.read(type)
    try dataset.close()
    return values
  }

  private static func names(
    of file: borrowing File, count: Int, _ refuse: (String) -> CloudsError
  ) throws -> Cloud.Documents? {
    guard try file.kind(ofMember: "document_names") == .dataset else { return nil }
    func texts(_ name: String) throws -> [String] {
      let dataset = try file.openDataset(name)
      let texts = try dataset.readStrings()
      try dataset.close()
      guard texts.count == count else { throw refuse("\(name) has \(texts.count) texts for \(count) documents") }
      return texts
    }
    let hasGroups = try file.kind(ofMember: "document_groups") == .dataset
    let names = try texts("document_names")
    return Cloud.Documents(names: names, groups: hasGroups ? try texts("document_groups") : names.map { _ in "" })
  }

  // MARK: Writing

  /// Throws unless a record can be written to `path`, where nothing is, or an earlier record.
  public static func checkWritable(_ path: String) throws {
    let path = try OutputTarget.resolve(path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      throw CloudsError(
        "cannot write the firing record \(path): \(SystemError.reason(errno)); check that the folder \(folder) "
          + "exists and can be written")
    }
    guard FileManager.default.fileExists(atPath: path), !isRecord(path) else { return }
    throw CloudsError(
      "cannot write the firing record \(path): something that is no firing record is there; choose another name with "
        + "--keep-firings")
  }

  private static func isRecord(_ path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    return (try? file.hasAttribute("document_count")) == true
  }

  /// Writes the file under a temporary name until it is whole, in place of one that is there; a symbolic link stays,
  /// and what it leads to is written. For one process.
  public func write(_ path: String) throws {
    let path = try OutputTarget.resolve(path)
    let temporaryPath = path + ".partial"
    do {
      try writeWhole(temporaryPath)
      guard rename(temporaryPath, path) == 0 else {
        throw CloudsError(
          "cannot rename \(temporaryPath) to \(path): \(SystemError.reason(errno)); check the folder and run "
            + "again"
        )
      }
    } catch {
      unlink(temporaryPath)
      throw error
    }
  }

  private func writeWhole(_ path: String) throws {
    let file = try File.create(path, communicator: nil)
    try file.setAttribute("document_count", Int64(record.documentCount))
    try FiringFile.put("offsets", .int64, record.offsets.count, into: file) {
      try $0.writeWhole(record.offsets.map(Int64.init))
    }
    try FiringFile.put("documents", .int32, record.documents.count, into: file) { try $0.writeWhole(record.documents) }
    if let documents {
      for (name, texts) in [("document_names", documents.names), ("document_groups", documents.groups)] {
        let length = max(2, texts.map(\.utf8.count).max() ?? 0)
        try FiringFile.put(name, .string(length: length), texts.count, into: file) { try $0.writeWhole(texts) }
      }
    }
    try file.close()
  }

  private static func put(
    _ name: String, _ type: ElementType, _ count: Int, into file: borrowing File,
    _ body: (borrowing Dataset) throws -> Void
  ) throws {
    let dataset = try file.createDataset(name, type: type, shape: [count])
    try body(dataset)
    try dataset.close()
  }
}

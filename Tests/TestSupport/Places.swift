import Foundation

/// The folders in which tests find their files.
public enum Places {
  /// The package's folder.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().standardizedFileURL.path

  /// The embedded demo model, its inputs and its reference.
  public static let demo = root + "/configs/demo"

  /// Trained models and tokenizers that are not part of the package.
  public static let sharedData = URL(fileURLWithPath: root + "/../shared/data").standardizedFileURL.path

  /// Whether the folder of shared data is there; tests that need it are skipped elsewhere.
  public static var hasSharedData: Bool { FileManager.default.fileExists(atPath: sharedData + "/SOURCES.md") }

  /// The comment on tests that are skipped without shared data.
  public static let withoutSharedData = "skipped: the folder of shared data is not beside the package"

  /// A Python with h5py and xarray, where `make python` has made one.
  public static let python = root + "/.build/python/bin/python"

  /// Whether that Python is there; tests that need it are skipped elsewhere.
  public static let hasPython = FileManager.default.isExecutableFile(atPath: python)

  /// An empty folder for one test, removed by `body`'s end.
  public static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// An empty folder that the caller removes.
  static func makeTemporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "/locus-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// The JSON object in a file.
  public static func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }
}

extension Any? {
  /// A JSON array of whole numbers.
  public var tokens: [Int32] { (self as? [Int] ?? []).map(Int32.init) }

  /// A JSON array of numbers.
  public var floats: [Float] { (self as? [Double] ?? []).map(Float.init) }
}

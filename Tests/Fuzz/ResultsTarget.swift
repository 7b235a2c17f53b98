import Archive
import CHDF5
import Clouds
import Findings

extension FuzzTarget {
  /// A results file built as the bytes say: what stands where, of which type and shape, with which values.
  ///
  /// Not the bytes of an HDF5 file: these go to libhdf5 first, whose own faults would hide ours.
  static func results(_ bytes: UnsafeRawBufferPointer) throws {
    let path = ScratchFolder.path + "/results.h5"
    OddResultsFile.write(path, script: Script(bytes))
    defer { checkNothingIsOpen() }
    do {
      try read(path)
    } catch {
      // Otherwise nothing here would be read.
      precondition(bytes.contains { $0 != 0 }, "a sound file is refused: \(error)")
      throw error
    }
  }

  /// An object left open would keep its file open in this process. Types have no file: HDF5's own are open always.
  static func checkNothingIsOpen() {
    let all = hdf5_open_objects() | 1  // H5F_OBJ_FILE
    precondition(H5Fget_obj_count(hid_t(all), all & ~8) == 0, "an object of HDF5 left open")
  }

  private static func read(_ path: String) throws {
    let file = try ResultsFile(path: path)
    try readRows(of: file)
    _ = try file.description()
    _ = try (file.unitSeconds(), file.unitRanks())
    let analysis = try Analysis(of: file)
    _ = analysis.groups
    _ = try RegionMap.ofMostSensitiveMatrix(analysis.counts)?.pooled(rows: 300, columns: 200)
    // Directions of a sound file are zeros, which are no points.
    attempt { _ = try ScreenCloud(file) }
    attempt { _ = try DatasetCloud(PointSource(path: path, firings: path), dataset: "phenotype/direction") }
    _ = try FiringFile.read(path, featureCount: file.summary.mutationCount)
    try file.close()
  }

  private static func readRows(of file: borrowing ResultsFile) throws {
    _ = try file.prompts()
    _ = try file.baselineTexts()
    _ = try file.texts().map { $0.text(of: -1...Int32($0.count)) }
    let count = file.summary.mutationCount
    for rows in [0..<count, 0..<0, count..<count, count / 2..<count] {
      _ = try file.mutations(rows)
      _ = try file.values(\.firstChange, rows)
      _ = try file.values(\.margin, rows)
      _ = try file.recordedValues(\.divergence, rows)
      _ = try file.recordedValues(\.logPerplexityChange, rows)
      _ = try file.recordedValues(\.choice, rows)
      _ = try file.recordedValues(\.tokens, rows)
      _ = try (file.recordedValues(\.direction, rows), file.recordedValues(\.response, rows))
      _ = try (file.phenotypes(rows), file.mutationList(rows))
    }
  }
}

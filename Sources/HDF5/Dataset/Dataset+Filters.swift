import CHDF5

extension Dataset {
  /// Runs a reading; where it fails and the values went through a filter that this HDF5 library lacks, the error names
  /// that.
  func namingMissingFilters<Value>(_ read: () throws -> Value) throws -> Value {
    do {
      return try read()
    } catch {
      guard let filter = missingFilter else { throw error }
      throw HDF5Error(
        "reading \(place.name) failed: its values are compressed with the filter \(filter), which this HDF5 library "
          + "lacks; write the file anew where the filter is known, with h5repack -f GZIP=4 \(place.file) OUT, or with "
          + "compression='gzip' in h5py, or put the filter's plugin into HDF5_PLUGIN_PATH")
    }
  }

  /// The first filter of the values that is not there, such as `lzf (32000)`; nil if all are.
  private var missingFilter: String? {
    let creation = H5Dget_create_plist(place.identifier)
    guard creation >= 0 else { return nil }
    defer { H5Pclose(creation) }
    for index in 0..<max(0, H5Pget_nfilters(creation)) {
      var (flags, count, name) = (UInt32(0), 0, [CChar](repeating: 0, count: 64))
      let filter = H5Pget_filter2(creation, UInt32(index), &flags, &count, nil, name.count - 1, &name, nil)
      guard filter >= 0, H5Zfilter_avail(filter) <= 0 else { continue }
      let stored = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let isPlain = !stored.isEmpty && stored.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }
      return "\(isPlain ? stored : Dataset.filterNames[Int(filter)] ?? "of number") (\(filter))"
    }
    return nil
  }

  /// The names of common filters that are registered with the HDF Group, for files that do not name them.
  private static let filterNames = [
    4: "szip", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp",
    32015: "zstd",
    32017: "sz", 32026: "blosc2",
  ]
}

import CHDF5
import Foundation
import HDF5
import Testing
import TestSupport

/// Files as h5py, MATLAB and Fortran write them, made with HDF5's own functions.
@Suite(.serialized) struct StrangersFileTests {
  /// A file that `body` fills, opened to be read by `read`.
  private func run(
    userBlock: UInt64 = 0, _ body: (hid_t) throws -> Void, read: (borrowing File) throws -> Void
  ) throws {
    try SharedFolder.run { world, folder in
      let path = folder.path("rank-\(world.rank).h5")
      let creation = hdf5_file_creation_list()
      H5Pset_userblock(creation, userBlock)
      let file = H5Fcreate(path, hdf5_truncate(), creation, hdf5_default_list())
      H5Pclose(creation)
      try #require(file >= 0)
      try body(file)
      H5Fclose(file)
      let opened = try File.open(path)
      try read(opened)
      try opened.close()
    }
  }

  /// Takes `type` over; `filter` is set on chunks of two rows.
  private func write(
    _ name: String, _ type: hid_t, _ shape: [hsize_t], in file: hid_t, filter: H5Z_filter_t? = nil,
    memory: hid_t? = nil, _ values: UnsafeRawPointer
  ) throws {
    let list = hdf5_default_list()
    let space = H5Screate_simple(Int32(shape.count), shape, nil)
    let creation = hdf5_dataset_creation_list()
    if let filter {
      H5Pset_chunk(creation, Int32(shape.count), shape)
      H5Pset_filter(creation, filter, UInt32(H5Z_FLAG_MANDATORY), 0, nil)
    }
    let dataset = H5Dcreate2(file, name, type, space, list, creation, list)
    try #require(dataset >= 0 && H5Dwrite(dataset, memory ?? type, allSpace, allSpace, list, values) >= 0)
    H5Dclose(dataset)
    H5Pclose(creation)
    H5Sclose(space)
    H5Tclose(type)
  }

  /// H5S_ALL, which is no constant that Swift sees.
  private var allSpace: hid_t { 0 }

  private func string(_ length: Int, _ change: (hid_t) -> herr_t = { _ in 0 }) -> hid_t {
    let type = H5Tcopy(hdf5_c_string())
    H5Tset_size(type, length)
    _ = change(type)
    return type
  }

  // MARK: Texts

  @Test(arguments: [false, true]) func textsOfVariableLength(_ isMarked: Bool) throws {
    let texts = ["", "Zürich", "日本", String(repeating: "long ", count: 1000), "a b"]
    try run { file in
      let copies = texts.map { strdup($0) }
      defer { for copy in copies { free(copy) } }
      let type = string(hdf5_variable_length()) { H5Tset_cset($0, isMarked ? H5T_CSET_UTF8 : H5T_CSET_ASCII) }
      try copies.withUnsafeBytes { try write("names", type, [5], in: file, try #require($0.baseAddress)) }
    } read: { file in
      let dataset = try file.openDataset("names")
      #expect(dataset.elementType == .text)
      #expect(try dataset.readStrings() == texts)
      #expect(try dataset.readStrings(at: [1], count: [2]) == ["Zürich", "日本"])
      #expect(throws: HDF5Error.self) { try dataset.read(Int32.self) }
      try dataset.close()
    }
  }

  @Test func textsOfFixedLengthHoweverFilledUp() throws {
    try run { file in
      let bytes = Array("ab  c d \0\0\0\0".utf8)
      try write("spaced", string(4) { H5Tset_strpad($0, H5T_STR_SPACEPAD) }, [3], in: file, bytes)
      try write("padded", string(4) { H5Tset_strpad($0, H5T_STR_NULLPAD) }, [3], in: file, bytes)
      let ended = Array("abc\0x\0\0\0\0\0\0\0".utf8)
      try write("ended", string(4) { H5Tset_strpad($0, H5T_STR_NULLTERM) }, [3], in: file, ended)
      try write("latin", string(2), [1], in: file, [0xE9, 0] as [UInt8])
    } read: { file in
      for (name, texts) in [
        ("spaced", ["ab", "c d", ""]), ("padded", ["ab  ", "c d ", ""]), ("ended", ["abc", "x", ""]),
      ] {
        let dataset = try file.openDataset(name)
        #expect(try dataset.readStrings() == texts)
        try dataset.close()
      }
      let latin = try file.openDataset("latin")
      let error = #expect(throws: HDF5Error.self) { try latin.readStrings() }
      #expect(error?.description.contains("not UTF-8") == true)
      try latin.close()
    }
  }

  // MARK: Numbers

  /// A copy of `type`, changed.
  private func changed(_ type: hid_t, _ change: (hid_t) -> Void) -> hid_t {
    let copy = H5Tcopy(type)
    change(copy)
    return copy
  }

  @Test func theNearestNumbersOfAnyType() throws {
    try run { file in
      let (shape, sixteen): ([hsize_t], [UInt16]) = ([2, 2], [1, 2, 3, 65535])
      let unsigned = changed(hdf5_int16()) { H5Tset_sign($0, H5T_SGN_NONE) }
      let bigUnsigned = changed(unsigned) { H5Tset_order($0, H5T_ORDER_BE) }
      let bigDouble = changed(hdf5_float64()) { H5Tset_order($0, H5T_ORDER_BE) }
      try write(
        "i8", changed(hdf5_uint8()) { H5Tset_sign($0, H5T_SGN_2) }, shape, in: file, [1, -2, 3, -128] as [Int8])
      try write("u16", bigUnsigned, shape, in: file, memory: unsigned, sixteen)
      try write("i64", H5Tcopy(hdf5_int64()), shape, in: file, [1, -2, 3, 1 << 40] as [Int64])
      let long = changed(hdf5_int64()) { H5Tset_sign($0, H5T_SGN_NONE) }
      try write("u64", long, shape, in: file, [1, 2, 3, 1 << 63] as [UInt64])
      try write("f64", bigDouble, shape, in: file, memory: hdf5_float64(), [1, 0.1, 3, 1e300] as [Double])
      try write("f32", H5Tcopy(hdf5_float32()), shape, in: file, [1, 0.1, 3, -4] as [Float])
      // Half precision and bfloat16, as h5py makes them of a float32's type.
      for (name, exponent, fraction, bias) in [("f16", 5, 10, 15), ("bf16", 8, 7, 127)] {
        let type = changed(hdf5_float32()) {
          H5Tset_fields($0, 15, fraction, exponent, 0, fraction)
          H5Tset_size($0, 2)
          H5Tset_ebias($0, bias)
        }
        try write(name, type, shape, in: file, memory: hdf5_float32(), [1, 0.5, 3, -4] as [Float])
      }
      H5Tclose(unsigned)
    } read: { file in
      for (name, values) in [
        ("i8", [1, -2, 3, -128]), ("u16", [1, 2, 3, 65535]), ("i64", [1, -2, 3, 0x1p40]), ("u64", [1, 2, 3, 0x1p63]),
        ("f64", [1, 0.1, 3, .infinity]), ("f32", [1, 0.1, 3, -4]), ("f16", [1, 0.5, 3, -4]), ("bf16", [1, 0.5, 3, -4]),
      ] as [(String, [Float])] {
        let dataset = try file.openDataset(name)
        #expect(try dataset.readNearest(at: [0, 0], count: [2, 2]) == values, "\(name)")
        #expect(try dataset.readNearest(at: [1, 0], count: [1, 2]) == Array(values.suffix(2)), "\(name)")
        try dataset.close()
      }
    }
  }

  @Test(arguments: [512, 1024, 2048, 65536] as [UInt64]) func aUserBlockMayStandBefore(_ size: UInt64) throws {
    try run(userBlock: size) { file in
      try write("x", H5Tcopy(hdf5_float32()), [2], in: file, [1, 2] as [Float])
    } read: { file in
      let dataset = try file.openDataset("x")
      #expect(try dataset.read(Float.self) == [1, 2])
      try dataset.close()
    }
  }

  // MARK: Filters

  /// A filter that another program had and this one lacks.
  @Test func aMissingFilterIsNamed() throws {
    try run { file in
      for (number, name) in [(32000, "lzf"), (32015, ""), (511, "")] {
        var filter = H5Z_class2_t()
        filter.version = H5Z_CLASS_T_VERS
        filter.id = H5Z_filter_t(number)
        (filter.encoder_present, filter.decoder_present) = (1, 1)
        filter.filter = { _, _, _, size, _, _ in size }
        try name.withCString { name in
          filter.name = strlen(name) > 0 ? name : nil
          try #require(H5Zregister(&filter) >= 0)
          let values: [Float] = [1, 2, 3, 4]
          try write("x\(number)", H5Tcopy(hdf5_float32()), [2, 2], in: file, filter: filter.id, values)
        }
        H5Fflush(file, H5F_SCOPE_LOCAL)
        H5Zunregister(filter.id)
      }
    } read: { file in
      for (name, words) in [("x32000", "lzf (32000)"), ("x32015", "zstd (32015)"), ("x511", "of number (511)")] {
        let dataset = try file.openDataset(name)
        let error = #expect(throws: HDF5Error.self) { try dataset.read(Float.self) }
        let message = error?.description ?? ""
        #expect(message.contains(words) && message.contains("h5repack -f GZIP=4"), "\(message)")
        try dataset.close()
      }
    }
  }

  // MARK: Locks

  /// A file that another process has locked, as on file systems whose locks do not work, is read and replaced all the
  /// same.
  @Test func noLocksAreTaken() throws {
    try SharedFolder.run { world, folder in
      let path = folder.path("rank-\(world.rank).h5")
      try File.create(path, communicator: nil).close()
      let descriptor = Foundation.open(path, O_RDWR)
      defer { Foundation.close(descriptor) }
      try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      try File.open(path).close()
      try File.create(path, communicator: nil).close()
    }
  }
}

import CHDF5

/// Types that an element of a results file can have, most of them not what a reader expects.
enum OddType: CaseIterable {
  case uint8, int8, int16, uint16, int32, uint32, int64, float32, float64, bigEndian, sevenBits, text, ascii, spacedText
  case longText, variableText, enumeration, compound, list, array, opaque

  /// HDF5's identifier, to be closed by the caller.
  var identifier: hid_t {
    switch self {
    case .uint8: return H5Tcopy(hdf5_uint8())
    case .int8: return changed(hdf5_uint8()) { H5Tset_sign($0, H5T_SGN_2) }
    case .int16: return H5Tcopy(hdf5_int16())
    case .uint16: return changed(hdf5_int16()) { H5Tset_sign($0, H5T_SGN_NONE) }
    case .int32: return H5Tcopy(hdf5_int32())
    case .uint32: return changed(hdf5_int32()) { H5Tset_sign($0, H5T_SGN_NONE) }
    case .int64: return H5Tcopy(hdf5_int64())
    case .float32: return H5Tcopy(hdf5_float32())
    case .float64: return H5Tcopy(hdf5_float64())
    case .bigEndian: return changed(hdf5_int32()) { H5Tset_order($0, H5T_ORDER_BE) }
    case .sevenBits: return changed(hdf5_uint8()) { H5Tset_precision($0, 7) }
    case .text:
      return changed(string(8)) { H5Tset_cset($0, H5T_CSET_UTF8) }
    case .ascii: return string(3)
    case .spacedText: return changed(string(5)) { H5Tset_strpad($0, H5T_STR_SPACEPAD) }
    case .longText: return string(1 << 16)
    // H5T_VARIABLE, which is no constant that Swift sees.
    case .variableText: return string(-1)
    case .enumeration: return H5Tenum_create(hdf5_int16())
    case .compound: return changed(H5Tcreate(H5T_COMPOUND, 8)) { H5Tinsert($0, "a", 0, hdf5_int32()) }
    case .list: return H5Tvlen_create(hdf5_int32())
    case .array: return H5Tarray_create2(hdf5_int32(), 1, [3])
    case .opaque: return H5Tcreate(H5T_OPAQUE, 4)
    }
  }

  /// Whether values of it are pointers, which cannot be made of the bytes of an input.
  var holdsPointers: Bool { self == .variableText || self == .list }

  private func string(_ length: Int) -> hid_t { changed(hdf5_c_string()) { H5Tset_size($0, length) } }

  private func changed(_ type: hid_t, _ change: (hid_t) -> herr_t) -> hid_t {
    let copy = H5Tcopy(type)
    _ = change(copy)
    return copy
  }
}

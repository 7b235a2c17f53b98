import CHDF5

/// What a dataset's elements are.
public enum ElementType: Hashable, Sendable {
  case float32, float64, int16, int32, int64, uint8
  /// UTF-8 text of at most `length` bytes, filled up with zero bytes; the length is at least 1.
  ///
  /// netCDF takes strings of length 1 for single characters: use at least 2.
  case string(length: Int)
  /// UTF-8 text of any length, which HDF5 does not let several ranks write together.
  case text

  /// How many bytes one element takes.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .string(let length): length
    // Where the text is, and how long.
    case .text: 16
    }
  }

  /// The type that HDF5 holds for this, in the file as in memory; nil when nothing in Swift matches exactly.
  init?(stored type: hid_t) {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_STRING where H5Tis_variable_str(type) == 0:
      guard let length = Int(exactly: size), length > 0 else { return nil }
      self = .string(length: length)
    case H5T_STRING where H5Tis_variable_str(type) > 0: self = .text
    case H5T_FLOAT where size == 4: self = .float32
    case H5T_FLOAT where size == 8: self = .float64
    case H5T_INTEGER where H5Tget_sign(type) == H5T_SGN_2:
      guard let integer = [2: ElementType.int16, 4: .int32, 8: .int64][size] else { return nil }
      self = integer
    case H5T_INTEGER where size == 1: self = .uint8
    default: return nil
    }
  }

  /// Calls `body` with HDF5's identifier for this type.
  func withIdentifier<Value>(_ body: (hid_t) throws -> Value) throws -> Value {
    switch self {
    case .float32: return try body(hdf5_float32())
    case .float64: return try body(hdf5_float64())
    case .int16: return try body(hdf5_int16())
    case .int32: return try body(hdf5_int32())
    case .int64: return try body(hdf5_int64())
    case .uint8: return try body(hdf5_uint8())
    case .string(let length):
      precondition(length >= 1, "a string type has a length of at least 1")
      return try ElementType.withStrings(size: length, padding: H5T_STR_NULLPAD, body)
    case .text: return try ElementType.withStrings(size: hdf5_variable_length(), padding: H5T_STR_NULLTERM, body)
    }
  }

  private static func withStrings<Value>(
    size: Int, padding: H5T_str_t, _ body: (hid_t) throws -> Value
  ) throws -> Value {
    let attempt = "making a type of strings"
    let type = try check(H5Tcopy(hdf5_c_string()), attempt)
    defer { H5Tclose(type) }
    try check(H5Tset_size(type, size), attempt)
    try check(H5Tset_strpad(type, padding), attempt)
    try check(H5Tset_cset(type, H5T_CSET_UTF8), attempt)
    return try body(type)
  }

  /// Whether reading the stored type as this one keeps every value, whatever it is.
  func holdsEveryValue(of type: hid_t) -> Bool {
    let size = H5Tget_size(type)
    switch (self, H5Tget_class(type)) {
    case (.float32, H5T_FLOAT), (.float64, H5T_FLOAT): return size <= byteCount
    case (.uint8, H5T_INTEGER): return H5Tget_sign(type) == H5T_SGN_NONE && size <= 1
    case (.int16, H5T_INTEGER), (.int32, H5T_INTEGER), (.int64, H5T_INTEGER):
      return H5Tget_sign(type) == H5T_SGN_NONE ? size < byteCount : size <= byteCount
    default: return false
    }
  }
}

/// A number that can be an element of a dataset.
public protocol NumericElement: BitwiseCopyable, Sendable, Numeric {
  /// The type it is stored as.
  static var elementType: ElementType { get }
}

extension Float: NumericElement {
  /// The type of float32 numbers.
  public static var elementType: ElementType { .float32 }
}
extension Double: NumericElement {
  /// The type of float64 numbers.
  public static var elementType: ElementType { .float64 }
}
extension Int16: NumericElement {
  /// The type of 16-bit whole numbers.
  public static var elementType: ElementType { .int16 }
}
extension Int32: NumericElement {
  /// The type of 32-bit whole numbers.
  public static var elementType: ElementType { .int32 }
}
extension Int64: NumericElement {
  /// The type of 64-bit whole numbers.
  public static var elementType: ElementType { .int64 }
}
extension UInt8: NumericElement {
  /// The type of bytes.
  public static var elementType: ElementType { .uint8 }
}

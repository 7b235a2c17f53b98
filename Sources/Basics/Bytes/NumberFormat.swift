/// A number format of weights that widens to float32 exactly; raw values are its names in files of models.
public enum NumberFormat: String, Sendable, CaseIterable {
  /// IEEE binary32.
  case float32 = "F32"
  /// The upper half of IEEE binary32.
  case bfloat16 = "BF16"
  /// IEEE binary16.
  case float16 = "F16"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .bfloat16, .float16: 2
    }
  }
}

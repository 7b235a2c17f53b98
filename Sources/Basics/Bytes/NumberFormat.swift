import CKernels

/// A number format of weights that widens to float32; raw values are its names in files of models.
///
/// Plain numbers widen exactly. The others are GGUF's blocks of few bits: neighbours of a row share scales, and a
/// weight is what its block says, rounded as ggml does.
public enum NumberFormat: String, Sendable, CaseIterable {
  /// IEEE binary32.
  case float32 = "F32"
  /// The upper half of IEEE binary32.
  case bfloat16 = "BF16"
  /// IEEE binary16.
  case float16 = "F16"

  // Blocks of 32.
  /// Four bits and a scale.
  case q40 = "Q4_0"
  /// Four bits, a scale and a minimum.
  case q41 = "Q4_1"
  /// Five bits and a scale.
  case q50 = "Q5_0"
  /// Five bits, a scale and a minimum.
  case q51 = "Q5_1"
  /// Eight bits and a scale.
  case q80 = "Q8_0"
  /// Four bits that name one of 16 uneven steps, and a scale.
  case iq4NL = "IQ4_NL"

  // Blocks of 256, whose parts have scales of few bits.
  /// Two bits; parts of 16 have a scale and a minimum.
  case q2K = "Q2_K"
  /// Three bits; parts of 16 have a scale.
  case q3K = "Q3_K"
  /// Four bits; parts of 32 have a scale and a minimum.
  case q4K = "Q4_K"
  /// Five bits; parts of 32 have a scale and a minimum.
  case q5K = "Q5_K"
  /// Six bits; parts of 16 have a scale.
  case q6K = "Q6_K"
  /// Four bits that name one of 16 uneven steps; parts of 32 have a scale.
  case iq4XS = "IQ4_XS"

  /// The formats in which each number stands for itself.
  public static let plain: [NumberFormat] = [.float32, .bfloat16, .float16]

  /// Elements of a block, which lie along a row; 1 of a plain format.
  public var elementsPerBlock: Int { locus_format_block_size(code) }

  /// Bytes of `count` elements, which are whole blocks.
  public func byteCount(of count: Int) -> Int {
    precondition(count.isMultiple(of: elementsPerBlock), "whole blocks")
    return locus_format_byte_count(code, count)
  }

  /// The format's name in the kernels.
  package var code: locus_weight_format {
    switch self {
    case .float32: LOCUS_FLOAT32
    case .bfloat16: LOCUS_BFLOAT16
    case .float16: LOCUS_FLOAT16
    case .q40: LOCUS_Q4_0
    case .q41: LOCUS_Q4_1
    case .q50: LOCUS_Q5_0
    case .q51: LOCUS_Q5_1
    case .q80: LOCUS_Q8_0
    case .iq4NL: LOCUS_IQ4_NL
    case .q2K: LOCUS_Q2_K
    case .q3K: LOCUS_Q3_K
    case .q4K: LOCUS_Q4_K
    case .q5K: LOCUS_Q5_K
    case .q6K: LOCUS_Q6_K
    case .iq4XS: LOCUS_IQ4_XS
    }
  }
}

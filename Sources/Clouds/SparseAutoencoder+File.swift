import Foundation
import Geometry
import LinearAlgebra
import StrictJSON
import Weights

extension SparseAutoencoder {
  /// How a file is to be understood where it does not say so itself.
  public struct Reading: Sendable {
    /// k of a top-k autoencoder; nil: that of the file's metadata, if any.
    public var topK: Int?
    /// Whether the decoder's bias is subtracted from what the encoder reads; nil: as the file's metadata says, and otherwise unless
    /// every feature has a threshold of its own: so they are published.
    public var subtractsDecoderBias: Bool?

    public init(topK: Int? = nil, subtractsDecoderBias: Bool? = nil) {
      self.topK = topK
      self.subtractsDecoderBias = subtractsDecoderBias
    }
  }

  /// Names under which tensors are published, and whether those of matrices hold `[features, width]`; shapes go before.
  private enum Names {
    static let encoder = [
      ("W_enc", false), ("encoder_weights", false), ("encoder.weight", true), ("encoder.W", false),
      ("enc.weight", true),
    ]
    static let decoder = [
      ("W_dec", true), ("decoder_weights", true), ("decoder.weight", false), ("decoder.W", true), ("dec.weight", false),
    ]
    static let encoderBias = ["b_enc", "encoder_bias", "encoder.bias", "latent_bias", "enc.bias"]
    static let inputBias = ["pre_bias", "b_pre", "pre_encoder_bias"]
    static let decoderBias = ["b_dec", "decoder_bias", "decoder.bias", "dec.bias", "bias"]
    static let threshold = ["threshold", "thresholds", "log_threshold", "jumprelu.threshold"]
  }

  /// Reads the safetensors file at `path` for activations of `width` numbers at the hook called `hook`; all tensors are widened to
  /// float32.
  ///
  /// 8 · features · width bytes.
  public static func read(
    _ path: String, width: Int, hook: String, as reading: Reading = Reading(), threads: Int = 1
  ) throws -> SparseAutoencoder {
    let file = try SafetensorsFile(path: path)
    let (encoderTensor, encoderIsByFeature) = try matrix(Names.encoder, "encoder", of: file, width, hook)
    let (decoderTensor, decoderIsByFeature) = try matrix(Names.decoder, "decoder", of: file, width, hook)
    let encoder = Matrix(encoderTensor, transposing: !encoderIsByFeature)
    let decoder = Matrix(decoderTensor, transposing: !decoderIsByFeature)
    let featureCount = encoder.rows
    guard decoder.rows == featureCount else {
      throw unfit(path, "its encoder has \(featureCount) features and its decoder \(decoder.rows)", "download it again")
    }
    let bias = try vector(Names.encoderBias, count: featureCount, of: file) ?? Array(repeating: 0, count: featureCount)
    let thresholds = try thresholds(of: file, count: featureCount)
    let decoderBias = try vector(Names.decoderBias, count: width, of: file)
    let subtracts = reading.subtractsDecoderBias ?? file.says("apply_b_dec_to_input") ?? (thresholds?.isSingle ?? true)
    let shift = try vector(Names.inputBias, count: width, of: file) ?? (subtracts ? decoderBias : nil)
    let autoencoder = SparseAutoencoder(
      encoder: encoder, bias: bias, shift: shift,
      decoder: PointCloud(dimension: width, values: decoder.values),
      activation: try activation(of: file, reading, thresholds?.values, featureCount), threads: threads)
    guard encoder.values.allSatisfy(\.isFinite), (bias + (shift ?? [])).allSatisfy(\.isFinite) else {
      throw unfit(path, "its encoder holds weights that are not numbers", "download it again")
    }
    return autoencoder
  }

  // MARK: Matrices

  /// The first of the names that the file has, and whether its rows are features: by its shape, or by its name where it is square.
  private static func matrix(
    _ names: [(name: String, isByFeature: Bool)], _ part: String, of file: SafetensorsFile, _ width: Int, _ hook: String
  ) throws -> (Tensor, Bool) {
    guard let (name, isByFeature) = names.first(where: { file.contains($0.name) }) else {
      let present = file.names.prefix(8).map(\.quoted).joined(separator: ", ")
      throw unfit(
        file.path, "it has no \(part): none of \(names.map(\.name).joined(separator: ", "))",
        "rename its tensors, which are \(present.isEmpty ? "none" : present)")
    }
    let tensor = try file.tensor(named: name)
    let shape = tensor.shape
    guard shape.count == 2, tensor.elementCount > 0, tensor.elementCount <= 1 << 33, shape.contains(width) else {
      throw unfit(
        file.path, "its \(name) has the shape \(shape), and activations of the model at \(hook) have \(width) numbers",
        "use an autoencoder that was trained on this model and hook, or name its hook with --hook")
    }
    return (tensor, shape[0] == shape[1] ? isByFeature : shape[1] == width)
  }

  // MARK: Vectors

  private static func vector(_ names: [String], count: Int, of file: SafetensorsFile) throws -> [Float]? {
    guard let name = names.first(where: { file.contains($0) }) else { return nil }
    let tensor = try file.tensor(named: name)
    guard tensor.elementCount == count else {
      throw unfit(
        file.path, "its \(name) has the shape \(tensor.shape) where \(count) numbers fit", "download it again")
    }
    return Matrix(tensor, transposing: false).values
  }

  /// `[features]`, one for all being repeated; nil where the file has none.
  private static func thresholds(of file: SafetensorsFile, count: Int) throws -> (values: [Float], isSingle: Bool)? {
    guard let name = Names.threshold.first(where: { file.contains($0) }) else { return nil }
    let isSingle = try file.tensor(named: name).elementCount == 1
    guard var values = try vector([name], count: isSingle ? 1 : count, of: file) else { return nil }
    if name.hasPrefix("log_") { values = values.map { Float(exp(Double($0))) } }
    guard values.allSatisfy({ !$0.isNaN }) else {
      throw unfit(file.path, "its \(name) holds values that are not numbers", "download it again")
    }
    return (isSingle ? Array(repeating: values[0], count: count) : values, isSingle)
  }

  private static func activation(
    of file: SafetensorsFile, _ reading: Reading, _ thresholds: [Float]?, _ featureCount: Int
  ) throws -> Activation {
    let stored = ["k", "top_k", "topk"].compactMap { file.metadata[$0] }.first
    if let topK = reading.topK ?? stored.flatMap({ Int($0) }) {
      guard (1...featureCount).contains(topK) else {
        throw unfit(file.path, "k is \(topK), and it has \(featureCount) features", "give another --top-k")
      }
      // Thresholds that were measured of top-k autoencoders stand in for k; asked for k, k it is.
      if reading.topK != nil || thresholds == nil { return .topK(topK) }
    }
    return thresholds.map(Activation.jumpRelu) ?? .relu
  }

  // MARK: Words

  private static func unfit(_ path: String, _ problem: String, _ remedy: String) -> CloudsError {
    CloudsError("cannot use the sparse autoencoder \(path): \(problem); \(remedy)")
  }
}

extension SafetensorsFile {
  /// A flag of the metadata.
  fileprivate func says(_ name: String) -> Bool? { metadata[name].flatMap { Bool($0.lowercased()) } }
}

extension Matrix {
  /// A tensor as float32, as it is or with rows and columns exchanged.
  fileprivate convenience init(_ tensor: Tensor, transposing: Bool) {
    guard transposing else {
      self.init(rows: tensor.rows, columns: tensor.columns)
      tensor.widen(rows: 0..<tensor.rows, into: view.base)
      return
    }
    self.init(rows: tensor.columns, columns: tensor.rows)
    let row = Matrix(rows: 1, columns: tensor.columns)
    for index in 0..<tensor.rows {
      tensor.widen(rows: index..<index + 1, into: row.view.base)
      for column in 0..<tensor.columns { view[column, index] = row.view[0, column] }
    }
  }

  /// All elements, row-major, copied.
  fileprivate var values: [Float] {
    withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: view.base, count: rows * columns)) }
  }
}

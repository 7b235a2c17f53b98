import Foundation
import Geometry
import LinearAlgebra

extension SparseAutoencoder {
  /// How an autoencoder is to be understood whatever its files say.
  public struct Reading: Sendable {
    /// k of a top-k autoencoder; nil: that of its files, if any.
    public var topK: Int?
    /// Whether the decoder's bias is subtracted from what the encoder reads; nil: as its files say, and otherwise
    /// unless every feature has a threshold of its own: so they are published.
    public var subtractsDecoderBias: Bool?

    /// Settings that replace those of the file; nil leaves the file's.
    public init(topK: Int? = nil, subtractsDecoderBias: Bool? = nil) {
      self.topK = topK
      self.subtractsDecoderBias = subtractsDecoderBias
    }
  }

  /// Reads the autoencoder at `path`, its weights or their folder; see the function of the same name that takes its
  /// files.
  public static func read(
    _ path: String, width: Int, hook: String, as reading: Reading = Reading(), threads: Int = 1
  ) throws -> SparseAutoencoder {
    try read(AutoencoderFile(path: path), width: width, hook: hook, as: reading, threads: threads)
  }

  /// Reads an autoencoder for activations of `width` numbers at the hook called `hook`; all tensors are widened to
  /// float32.
  ///
  /// 8 · features · width bytes. Throws unless its settings can be followed and its tensors fit them and each other.
  public static func read(
    _ file: AutoencoderFile, width: Int, hook: String, as reading: Reading = Reading(), threads: Int = 1
  ) throws -> SparseAutoencoder {
    var tensors = AutoencoderTensors(file.weights)
    let encoder = try tensors.matrix(AutoencoderNames.encoder, "encoder", width: width, hook: hook)
    let decoder = try tensors.matrix(AutoencoderNames.decoder, "decoder", width: width, hook: hook)
    let featureCount = encoder.rows
    guard decoder.rows == featureCount else {
      throw tensors.unfit(
        "its encoder has \(featureCount) features and its decoder \(decoder.rows)", "download it again")
    }
    var choice = AutoencoderChoice(settings: file.settings, reading: reading)
    try choice.checkSizes(width: width, featureCount: featureCount, of: tensors)
    let stored = try tensors.vector(AutoencoderNames.encoderBias, count: featureCount)
    var bias = stored ?? Array(repeating: 0, count: featureCount)
    let thresholds = try tensors.thresholds(count: featureCount)
    var activation = try choice.activation(&tensors, thresholds, featureCount: featureCount)
    let shift = try choice.shift(&tensors, thresholds, width: width)
    let norms = choice.directionNorms == .ignored ? nil : rowNorms(decoder)
    if let norms { scale(encoder, &bias, &activation, by: norms, choice.directionNorms) }
    var autoencoder = SparseAutoencoder(
      encoder: encoder, bias: bias, shift: shift,
      decoder: PointCloud(dimension: width, values: decoder.values), activation: activation,
      normalization: choice.normalization, ranking: choice.directionNorms == .scaleRanks ? norms : nil, threads: threads
    )
    guard encoder.values.allSatisfy(\.isFinite), (bias + (shift ?? [])).allSatisfy(\.isFinite) else {
      throw tensors.unfit("its encoder holds weights that are not numbers", "download it again")
    }
    autoencoder.notices = choice.notices + tensors.notices
    return autoencoder
  }

  /// Takes the norms of the features' directions into an encoder.
  private static func scale(
    _ encoder: Matrix, _ bias: inout [Float], _ activation: inout Activation, by norms: [Float],
    _ use: AutoencoderSettings.DirectionNorms
  ) {
    if use == .scaleSums {
      for (feature, norm) in norms.enumerated() {
        bias[feature] *= norm
        for component in 0..<encoder.columns { encoder.view[feature, component] *= norm }
      }
    } else if case .jumpRelu(let own) = activation {
      // A sum times the norm is above a threshold where the sum is above its quotient.
      activation = .jumpRelu(zip(own, norms).map { $0 / $1 })
    }
  }

  /// Euclidean norms of a matrix's rows.
  private static func rowNorms(_ matrix: Matrix) -> [Float] {
    (0..<matrix.rows).map { row in
      let values = UnsafeBufferPointer(start: matrix.view.row(row), count: matrix.columns)
      return Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
  }
}

/// How an autoencoder is understood: what is asked for goes before its settings, and these before what its tensors
/// suggest.
struct AutoencoderChoice {
  private let settings: AutoencoderSettings?
  private let reading: SparseAutoencoder.Reading
  /// Sentences for a person, among them those of what was asked for against the settings.
  private(set) var notices: [String]

  init(settings: AutoencoderSettings?, reading: SparseAutoencoder.Reading) {
    (self.settings, self.reading) = (settings, reading)
    notices = settings?.notices ?? []
  }

  var normalization: InputNormalization { settings?.normalization ?? .none }
  var directionNorms: AutoencoderSettings.DirectionNorms { settings?.directionNorms ?? .ignored }

  /// Throws if the settings are of other sizes than the tensors.
  func checkSizes(width: Int, featureCount: Int, of tensors: AutoencoderTensors) throws {
    guard let settings else { return }
    for (what, said, found) in [
      ("numbers an activation", settings.width, width), ("features", settings.featureCount, featureCount),
    ] where said.map({ $0 != found }) ?? false {
      throw tensors.unfit(
        "\(settings.file) says \(said ?? 0) \(what), and its tensors are for \(found)",
        "put the settings of these weights beside them")
    }
  }

  // MARK: Activation

  /// The encoder's activation. `thresholds` are those of the tensors, if any.
  mutating func activation(
    _ tensors: inout AutoencoderTensors, _ thresholds: (values: [Float], isSingle: Bool)?, featureCount: Int
  ) throws -> SparseAutoencoder.Activation {
    let activation: SparseAutoencoder.Activation
    if let settings {
      activation = try self.activation(of: settings, &tensors, thresholds, featureCount)
    } else {
      activation = try suggested(&tensors, thresholds, featureCount)
    }
    guard activation.fits(featureCount) else {
      if case .groupMaximum(let groups) = activation {
        throw tensors.unfit("its \(featureCount) features make no \(groups) groups of one size", "download it again")
      }
      let count = reading.topK ?? count(of: activation)
      throw tensors.unfit("k is \(count), and it has \(featureCount) features", "give another --top-k")
    }
    return activation
  }

  private mutating func activation(
    of settings: AutoencoderSettings, _ tensors: inout AutoencoderTensors,
    _ thresholds: (values: [Float], isSingle: Bool)?, _ featureCount: Int
  ) throws -> SparseAutoencoder.Activation {
    let said = "\(settings.file) says by \(settings.kindSetting) that it is"
    if let name = tensors.name(of: AutoencoderNames.gateBias), settings.kind != .gated {
      throw tensors.unfit(
        "\(said) not gated, and it has a tensor \(name)", "put the settings of these weights beside them")
    }
    let stored: SparseAutoencoder.Activation
    switch settings.kind {
    case .relu:
      guard thresholds == nil else {
        throw tensors.unfit(
          "\(said) a ReLU one, and it has thresholds", "put the settings of these weights beside them")
      }
      stored = .relu
    case .thresholds:
      guard let thresholds else {
        throw tensors.unfit("\(said) a JumpReLU one, and it has no threshold", "download it again")
      }
      stored = .jumpRelu(thresholds.values)
    case .threshold(let threshold): stored = .jumpRelu(Array(repeating: threshold, count: featureCount))
    case .gated: stored = .gated(try tensors.gate(count: featureCount))
    case .topK(let count): stored = .topK(count)
    case .absoluteTopK(let count): stored = .absoluteTopK(count)
    case .groupMaximum(let count): stored = .groupMaximum(count)
    }
    guard let asked = reading.topK else {
      guard ![.topK(0), .absoluteTopK(0), .groupMaximum(0)].contains(settings.kind) else {
        throw tensors.unfit("\(said) a top-k one, and it names no k", "give --top-k")
      }
      return stored
    }
    let chosen: SparseAutoencoder.Activation
    switch stored {
    case .gated: throw tensors.unfit("\(said) gated, which has no k", "leave --top-k out")
    case .absoluteTopK: chosen = .absoluteTopK(asked)
    case .groupMaximum: chosen = .groupMaximum(asked)
    case .relu, .jumpRelu, .topK: chosen = .topK(asked)
    }
    if chosen != stored, ![.topK(0), .absoluteTopK(0), .groupMaximum(0)].contains(settings.kind) {
      notices.append("--top-k \(asked) goes before \(settings.file), by which the autoencoder is a \(stored.name) one")
    }
    return chosen
  }

  /// Finds the activation function by the tensors' names and the metadata, for files without settings.
  private func suggested(
    _ tensors: inout AutoencoderTensors, _ thresholds: (values: [Float], isSingle: Bool)?, _ featureCount: Int
  ) throws -> SparseAutoencoder.Activation {
    if tensors.has(AutoencoderNames.gateBias) {
      guard reading.topK == nil else { throw tensors.unfit("it is gated, which has no k", "leave --top-k out") }
      return .gated(try tensors.gate(count: featureCount))
    }
    let stored = tensors.metadata(["k", "top_k", "topk"]).flatMap { Int($0) }
    // Thresholds that were measured of top-k autoencoders stand in for k; asked for k, k it is.
    if let topK = reading.topK ?? (thresholds == nil ? stored : nil) { return .topK(topK) }
    if let thresholds, thresholds.isSingle, thresholds.values.first ?? 0 < 0 {
      throw tensors.unfit(
        "its one threshold is below 0, as in top-k ones whose threshold was not measured", "give --top-k")
    }
    return thresholds.map { .jumpRelu($0.values) } ?? .relu
  }

  private func count(of activation: SparseAutoencoder.Activation) -> Int {
    switch activation {
    case .topK(let count), .absoluteTopK(let count): count
    default: 0
    }
  }

  // MARK: Bias

  /// What is subtracted from activations, `[width]`; nil: nothing.
  mutating func shift(
    _ tensors: inout AutoencoderTensors, _ thresholds: (values: [Float], isSingle: Bool)?, width: Int
  ) throws -> [Float]? {
    let decoderBias = try tensors.vector(AutoencoderNames.decoderBias, count: width)
    if let own = try tensors.vector(AutoencoderNames.inputBias, count: width) { return own }
    let stored =
      settings?.subtractsDecoderBias
      ?? tensors.metadata(["apply_b_dec_to_input"]).flatMap { Bool($0.lowercased()) }
    if let asked = reading.subtractsDecoderBias, let stored, let settings, asked != stored {
      notices.append(
        "--\(asked ? "" : "no-")subtract-decoder-bias goes before \(settings.biasSetting) of \(settings.file)")
    }
    let subtracts = reading.subtractsDecoderBias ?? stored ?? (thresholds?.isSingle ?? true)
    guard subtracts else { return nil }
    if decoderBias == nil, let settings, settings.subtractsDecoderBias == true {
      throw tensors.unfit(
        "\(settings.file) says by \(settings.biasSetting) that the decoder's bias is subtracted, and it has none",
        "give --no-subtract-decoder-bias")
    }
    return decoderBias
  }
}

import Clouds
import Configuration
import Foundation
import Geometry
import Hosts
import Inputs
import LinearAlgebra
import MessagePassing
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// Firings of features in text against the slow way: every sum of every token and feature in double, blocks by hand.
@Suite(.serialized) struct FeatureRanksTests {
  private static let featureCount = 40

  /// Blocks of 32 tokens in windows of 50: some blocks lie in two windows.
  func settings(_ hook: Site, layer: Int) -> FeatureSettings {
    var settings = FeatureSettings(site: hook, layer: layer, contextTokens: 50)
    settings.blockTokens = 32
    return settings
  }

  func corpus(_ world: Communicator?) throws -> TextCorpus {
    let files = try TextCorpus.files(at: Places.demo + "/text")
    let tokenizer = try TokenizerFile.load(Demo.modelPath)
    let corpus = try TextCorpus(files: files, tokenizer: tokenizer, vocabularyCount: 512, communicator: world)
    // The starts of three texts, one of them shorter than a block.
    return TextCorpus(
      texts: zip(corpus.texts, [70, 31, 133]).map { .init(name: $0.name, tokens: Array($0.tokens.prefix($1))) },
      beginToken: corpus.beginToken)
  }

  func tensors(width: Int, scale: Float) -> [TensorWriter.Tensor] {
    let count = Self.featureCount
    let encoder = TensorWriter.numbers(width * count, seed: 7).map { $0 * scale }
    return [
      .init("encoder.weight", [count, width], encoder),
      .init("encoder.bias", [count], TensorWriter.numbers(count, seed: 8)),
      .init("W_dec", [count, width], TensorWriter.numbers(width * count, seed: 9)),
      .init("b_dec", [width], TensorWriter.numbers(width, seed: 10)),
      .init("threshold", [count], (0..<count).map { Float($0 % 7) / 3 }),
    ]
  }

  /// What a hook sees in a pass of another kind.
  private final class Seen: Hook {
    let (hook, layer): (Site, Int)
    var rows: [[Float]] = []
    init(_ hook: Site, _ layer: Int) { (self.hook, self.layer) = (hook, layer) }

    func places(ofLayer layer: Int) -> Set<Place> { Set(WeightMatrix.ofBlocks.map(Place.product)) }

    func visit(_ visit: Visit) {
      guard case .product(let matrix) = visit.place, let input = visit.input else { return }
      let view: MatrixView
      switch (hook, matrix, visit.layer - self.layer) {
      case (.residualBefore, .down, -1), (.residualAfter, .down, 0), (.residualMiddle, .o, 0):
        view = visit.values.reading
      case (.attentionOutput, .o, 0), (.mlpHidden, .down, 0): view = input
      default: return
      }
      rows = (0..<view.rows).map { Array(UnsafeBufferPointer(start: view.row($0), count: view.columns)) }
    }
  }

  /// The sums of a token, and the block that it is of.
  private struct Token {
    let block: Int32
    let sums: [Double]
  }

  private func tokens(
    _ corpus: TextCorpus, _ model: Model, _ autoencoder: SparseAutoencoder, _ tensors: [TensorWriter.Tensor],
    _ settings: FeatureSettings
  ) -> [Token] {
    let (width, count) = (autoencoder.width, Self.featureCount)
    func value(_ name: String, _ place: Int) -> Double {
      Double(tensors.first { $0.name == name }?.values[place] ?? .nan)
    }
    var (found, blocks): ([Token], Int32) = ([], 0)
    for text in corpus.texts {
      let whole = text.tokens.count / settings.blockTokens * settings.blockTokens
      for start in stride(from: 0, to: whole, by: 49) {
        let tokens = [corpus.beginToken ?? 0] + text.tokens[start..<min(start + 49, whole)]
        let seen = Seen(settings.site, settings.layer)
        _ = Prefill([tokens], firstScored: [0], pass: ForwardPass(model: model, positionCount: 50), hook: seen)
        for (place, row) in seen.rows.enumerated().dropFirst() {
          let sums = (0..<count).map { feature in
            (0..<width).reduce(value("encoder.bias", feature)) {
              let shift = autoencoder.shift == nil ? 0 : value("b_dec", $1)
              return $0 + value("encoder.weight", feature * width + $1) * (Double(row[$1]) - shift)
            }
          }
          found.append(Token(block: blocks + Int32((start + place - 1) / settings.blockTokens), sums: sums))
        }
      }
      blocks += Int32(whole / settings.blockTokens)
    }
    return found
  }

  /// Below about one sum of thirty, in the middle of the widest gap there.
  private func threshold(_ tokens: [Token]) -> Float {
    let sums = tokens.flatMap(\.sums).sorted()
    let gaps = (sums.count * 96 / 100)..<(sums.count * 98 / 100)
    let widest = gaps.max { sums[$0 + 1] - sums[$0] < sums[$1 + 1] - sums[$1] } ?? 0
    return Float((sums[widest] + sums[widest + 1]) / 2)
  }

  /// The blocks of each feature; `nearest` is how close any activation comes to being decided otherwise, as a share of
  /// the threshold.
  private func bruteForce(
    _ tokens: [Token], _ autoencoder: SparseAutoencoder, threshold: Double
  ) -> (record: FiringRecord, nearest: Double) {
    var (firing, nearest): ([Set<Int32>], Double) = (Array(repeating: [], count: Self.featureCount), .infinity)
    for token in tokens {
      let descending = token.sums.sorted(by: >)
      for (feature, sum) in token.sums.enumerated() {
        let least: Double =
          switch autoencoder.activation {
          case .relu: threshold
          case .jumpRelu(let own): max(threshold, Double(own[feature]))
          case .topK(let k): max(threshold, (descending[k - 1] + descending[k]) / 2)
          case .absoluteTopK, .groupMaximum, .gated: preconditionFailure("not among the cases")
          }
        nearest = min(nearest, abs(sum - least) / threshold)
        if sum > least { firing[feature].insert(token.block) }
      }
    }
    let blocks = Int((tokens.last?.block ?? -1) + 1)
    return (FiringRecord(documentCount: blocks, documentsOfFeatures: firing.map { $0.sorted() }), nearest)
  }

  /// Scales so that thresholds of features, from 0 to 2, are of the size of sums.
  private static let cases: [(hook: Site, layer: Int, topK: Int?, hasThreshold: Bool, scale: Float)] = [
    (.residualAfter, 3, nil, false, 0.02), (.residualAfter, 1, 5, false, 0.1), (.residualMiddle, 2, nil, true, 0.04),
    (.residualBefore, 2, nil, false, 0.05), (.attentionOutput, 0, 3, false, 0.6), (.mlpHidden, 3, nil, true, 0.2),
  ]

  @Test(arguments: cases.indices) func countsAreThoseOfADenseComputation(_ index: Int) throws {
    let (hook, layer, topK, hasThreshold, scale) = Self.cases[index]
    try SharedFolder.run { (world, folder) throws in
      let model = try Demo().model
      let width = try model.shape.width(at: hook, layer: layer)
      let tensors = tensors(width: width, scale: scale).filter { hasThreshold || $0.name != "threshold" }
      let path = folder.path("sae.safetensors")
      if world.rank == 0 { try TensorWriter.write(path, tensors) }
      try world.barrier()
      let autoencoder = try SparseAutoencoder.read(path, width: width, hook: hook.rawValue, as: .init(topK: topK))
      #expect((autoencoder.shift == nil) == hasThreshold)
      var settings = settings(hook, layer: layer)
      let tokens = tokens(try corpus(nil), model, autoencoder, tensors, settings)
      settings.threshold = threshold(tokens)
      let pass = ForwardPass(model: model, positionCount: 50)
      let shared = try #require(
        try firings(
          FeatureStudy(corpus: corpus(world), pass: pass, autoencoder: autoencoder, settings: settings),
          output: folder.path("out.h5"), world: world))
      let alone = try FeatureStudy(
        corpus: corpus(nil), pass: pass, autoencoder: autoencoder, settings: settings
      ).firings(on: StudyStages())
      let expected = bruteForce(tokens, autoencoder, threshold: Double(settings.threshold))
      // Sums in float32 are off by less.
      #expect(settings.threshold > 0 && expected.nearest > 1e-6, "\(expected.nearest)")
      #expect(shared.record == expected.record && alone.record == expected.record)
      let share = Double(expected.record.documents.count) / Double(6 * Self.featureCount)
      #expect(share > 0.05 && share < 0.95, "\(share)")
      #expect(shared.droppedTokens == 6 + 31 + 5 && shared.incompleteBlocks == 3)
      #expect(shared.documents == alone.documents && shared.documents.names.count == 6)
      #expect(shared.documents.names[2] == "code.txt block 0" && shared.documents.groups[5] == "code.txt")
    }
  }

  @Test func textsThatFillNoBlockAreRefused() throws {
    try World.run { (world) throws in
      let model = try Demo().model
      let whole = try corpus(nil)
      let short = TextCorpus(texts: [whole.texts[1]], beginToken: whole.beginToken)
      try Places.withTemporaryFolder { folder in
        let hidden = model.shape.hiddenSize
        try TensorWriter.write(folder + "/sae", tensors(width: hidden, scale: 1))
        let autoencoder = try SparseAutoencoder.read(folder + "/sae", width: hidden, hook: "res_post")
        let error = #expect(throws: TextFileError.self) {
          try FeatureStudy(
            corpus: short, pass: ForwardPass(model: model, positionCount: 50), autoencoder: autoencoder,
            settings: settings(.residualAfter, layer: 0))
        }
        let sentence = error?.description ?? ""
        #expect(sentence.contains("31 tokens make 0 blocks of 32") && sentence.contains("--block"), "\(sentence)")
      }
      #expect(world.size > 0)
    }
  }
}

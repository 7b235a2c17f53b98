import Clouds
import Foundation
import LinearAlgebra
import Testing
import TestSupport

/// Autoencoders as they are published: names, shapes, biases, activations.
@Suite(.serialized) struct AutoencoderFileTests {
  private let width = 6
  private let count = 10
  private var encoder: [Float] { TensorWriter.numbers(width * count, seed: 1) }
  private var decoder: [Float] { TensorWriter.numbers(width * count, seed: 2) }
  private var bias: [Float] { TensorWriter.numbers(count, seed: 3) }
  private var shift: [Float] { TensorWriter.numbers(width, seed: 4) }

  private func transposed(_ values: [Float], rows: Int) -> [Float] {
    let columns = values.count / rows
    return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }

  private func read(
    _ bench: Bench, _ tensors: [TensorWriter.Tensor], metadata: [String: String] = [:],
    as reading: SparseAutoencoder.Reading = .init()
  ) throws -> SparseAutoencoder {
    try TensorWriter.write(bench.path("sae.safetensors"), tensors, metadata: metadata)
    return try SparseAutoencoder.read(bench.path("sae.safetensors"), width: width, hook: "res_post", as: reading)
  }

  /// All tokens and features that are above a threshold.
  private func firings(_ autoencoder: SparseAutoencoder, _ tokens: [Float], threshold: Float = 0.1) -> [[Int]] {
    let rows = Matrix(rows: tokens.count / width, columns: width)
    for (place, value) in tokens.enumerated() { rows.view.base[place] = value }
    var found = Array(repeating: [Int](), count: rows.rows)
    autoencoder.forEachFiring(rows.view.reading, threshold: threshold) { found[$0].append($1) }
    return found
  }

  @Test func namesOfSeveralPublications() throws {
    try Bench.run { bench in
      let (byFeature, byWidth) = (encoder, transposed(encoder, rows: count))
      let published: [[TensorWriter.Tensor]] = [
        [
          .init("W_enc", [width, count], byWidth), .init("W_dec", [count, width], decoder),
          .init("b_enc", [count], bias),
          .init("b_dec", [width], shift),
        ],
        [
          .init("encoder_weights", [width, count], byWidth), .init("decoder_weights", [count, width], decoder),
          .init("encoder_bias", [count], bias), .init("pre_bias", [width], shift),
        ],
        [
          .init("encoder.weight", [count, width], byFeature),
          .init("decoder.weight", [width, count], transposed(decoder, rows: count)),
          .init("encoder.bias", [count], bias),
          .init("bias", [width], shift),
        ],
      ]
      let tokens = TensorWriter.numbers(7 * width, seed: 9)
      let expected = (0..<7).map { token in
        (0..<count).filter { feature in
          let sum = (0..<width).reduce(Double(bias[feature])) {
            $0 + Double(encoder[feature * width + $1]) * Double(tokens[token * width + $1] - shift[$1])
          }
          return sum > 0.1
        }
      }
      for tensors in published {
        let autoencoder = try read(bench, tensors)
        #expect(autoencoder.featureCount == count && autoencoder.width == width && autoencoder.activation == .relu)
        #expect(autoencoder.decoder.values == decoder && autoencoder.shift == shift)
        #expect(firings(autoencoder, tokens) == expected)
      }
      #expect(try read(bench, published[0], as: .init(subtractsDecoderBias: false)).shift == nil)
      #expect(try read(bench, published[0], metadata: ["apply_b_dec_to_input": "False"]).shift == nil)
      #expect(try read(bench, published[1], as: .init(subtractsDecoderBias: false)).shift == shift)
    }
  }

  /// As many features as components: the name tells what the rows are.
  @Test func squareMatricesAreToldByTheirNames() throws {
    try Bench.run { bench in
      let square = TensorWriter.numbers(width * width, seed: 5)
      let tokens = TensorWriter.numbers(5 * width, seed: 6)
      let one = try read(bench, [.init("W_enc", [width, width], square), .init("W_dec", [width, width], square)])
      let other = try read(
        bench,
        [
          .init("encoder.weight", [width, width], transposed(square, rows: width)),
          .init("decoder.weight", [width, width], transposed(square, rows: width)),
        ])
      #expect(one.decoder == other.decoder && one.decoder.values == square && one.shift == nil)
      #expect(firings(one, tokens) == firings(other, tokens))
      #expect(firings(one, tokens).contains { !$0.isEmpty })
    }
  }

  @Test func activations() throws {
    try Bench.run { bench in
      // Feature i is i / 10 on every token.
      let sums = (0..<count).map { Float($0) / 10 }
      let tensors: [TensorWriter.Tensor] = [
        .init("W_enc", [width, count], Array(repeating: 0, count: width * count)), .init("b_enc", [count], sums),
        .init("W_dec", [count, width], decoder), .init("b_dec", [width], shift),
      ]
      let tokens = Array(repeating: Float(1), count: width)
      func found(
        _ more: [TensorWriter.Tensor] = [], _ metadata: [String: String] = [:], topK: Int? = nil, above: Float = 0
      )
        throws -> (SparseAutoencoder, [Int])
      {
        let autoencoder = try read(bench, tensors + more, metadata: metadata, as: .init(topK: topK))
        return (autoencoder, firings(autoencoder, tokens, threshold: above)[0])
      }
      #expect(try found().1 == Array(1..<10))
      #expect(try found(above: 0.5).1 == [6, 7, 8, 9])
      #expect(try found(topK: 3).1 == [7, 8, 9])
      #expect(try found([], ["k": "2"]).1 == [8, 9])
      #expect(try found([], ["k": "2"], topK: 4, above: 0.75).1 == [8, 9])
      let thresholds = (0..<count).map { $0 == 7 ? Float(0.7) : 0.35 }
      let jump = try found([.init("threshold", [count], thresholds)])
      #expect(jump.0.activation == .jumpRelu(thresholds) && jump.0.shift == nil && jump.1 == [4, 5, 6, 8, 9])
      // One threshold for all stands in for k.
      let single = try found([.init("threshold", [1], [0.65])], ["k": "1"])
      #expect(single.1 == [7, 8, 9] && single.0.shift == shift)
      let logarithm = try found([.init("log_threshold", [count], Array(repeating: Float(log(0.55)), count: count))])
      #expect(logarithm.1 == [6, 7, 8, 9])
    }
  }

  /// Among equal activations the features with the lowest numbers count.
  @Test func tiesOfTopK() throws {
    try Bench.run { bench in
      let autoencoder = try read(
        bench,
        [
          .init("W_enc", [width, count], Array(repeating: 0, count: width * count)),
          .init("b_enc", [count], [1, 2, 1, 2, 1, 1, 1, 1, 1, 1]), .init("W_dec", [count, width], decoder),
        ], as: .init(topK: 4))
      #expect(firings(autoencoder, Array(repeating: 0, count: width)) == [[0, 1, 2, 3]])
    }
  }

  struct Odd: Sendable {
    let words: [String]
    let name: String
    var tensor: (name: String, shape: [Int])?
    var topK: Int?
  }

  private static let odd: [Odd] = [
    Odd(words: ["no encoder", "W_enc"], name: "W_enc"),
    Odd(words: ["no decoder", "decoder.weight"], name: "W_dec"),
    Odd(words: ["W_enc", "[5, 10]", "res_post", "6 numbers"], name: "W_enc", tensor: ("W_enc", [5, 10])),
    Odd(words: ["W_dec", "[10]"], name: "W_dec", tensor: ("W_dec", [10])),
    Odd(words: ["10 features", "decoder 9"], name: "W_dec", tensor: ("W_dec", [9, 6])),
    Odd(words: ["b_enc", "[11]", "10 numbers"], name: "b_enc", tensor: ("b_enc", [11])),
    Odd(words: ["b_dec", "[10]", "6 numbers"], name: "b_dec", tensor: ("b_dec", [10])),
    Odd(words: ["threshold", "[3]"], name: "", tensor: ("threshold", [3])),
    Odd(words: ["k is 11", "10 features", "--top-k"], name: "", topK: 11),
    Odd(words: ["k is 0"], name: "", topK: 0),
  ]

  @Test(arguments: odd.indices) func whatDoesNotFitIsRefused(_ index: Int) throws {
    let odd = AutoencoderFileTests.odd[index]
    try Bench.run { bench in
      var tensors: [TensorWriter.Tensor] = [
        .init("W_enc", [width, count], encoder), .init("b_enc", [count], bias),
        .init("W_dec", [count, width], decoder),
        .init("b_dec", [width], shift),
      ].filter { $0.name != odd.name }
      if let (name, shape) = odd.tensor {
        tensors.append(.init(name, shape, Array(repeating: 1, count: shape.reduce(1, *))))
      }
      let sentence = refusal { try read(bench, tensors, as: .init(topK: odd.topK)) }
      for word in odd.words + ["sae.safetensors"] { #expect(sentence.contains(word), "\(word) in \(sentence)") }
    }
  }

  @Test func weightsThatAreNoNumbersAreRefused() throws {
    try Bench.run { bench in
      var broken = encoder
      broken[17] = .nan
      let sentence = refusal {
        try read(bench, [.init("W_enc", [width, count], broken), .init("W_dec", [count, width], decoder)])
      }
      #expect(sentence.contains("not numbers"), "\(sentence)")
    }
  }

  /// Of another family, whose hidden size is that of stories260K; its decoder and its k are real.
  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func aRealAutoencoderIsRead() throws {
    let path = Places.sharedData + "/sae-tinystories1M/derived-sae_1024_4.safetensors"
    let autoencoder = try SparseAutoencoder.read(path, width: 64, hook: "res_post", as: .init(topK: 4))
    #expect(autoencoder.featureCount == 1024 && autoencoder.activation == .topK(4) && autoencoder.shift != nil)
    #expect(refusal { try SparseAutoencoder.read(path, width: 128, hook: "res_post") }.contains("[64, 1024]"))
  }
}

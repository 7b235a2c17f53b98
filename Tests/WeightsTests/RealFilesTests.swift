import Foundation
import Testing
import Weights

@Suite struct DemoModelTests {
  /// The file as its header says, read by other means: bfloat16 widened by hand.
  @Test func theDemoIsReadWhole() throws {
    let checkpoint = try Checkpoint(path: Place.demo + "/model")
    let tensors = try checkpoint.names.map { try checkpoint.tensor(named: $0) }
    #expect(tensors.reduce(0) { $0 + $1.elementCount } == 853_120)
    #expect(tensors.allSatisfy { $0.format == .bfloat16 })
    #expect(!checkpoint.contains("lm_head.weight") && checkpoint.contains("model.embed_tokens.weight"))
    #expect(checkpoint.llama2CHeader == nil)
    for tensor in tensors {
      let bytes = tensor.file.bytes
      let expected = (0..<tensor.elementCount).map { index -> Float in
        let place = tensor.byteOffset + 2 * index
        return Float(bitPattern: UInt32(bytes[place]) << 16 | UInt32(bytes[place + 1]) << 24)
      }
      #expect(tensor.values == expected)
      let extremes = tensor.extremes()
      #expect(extremes.smallest == expected.min() && extremes.largest == expected.max())
    }
  }
}

@Suite(.enabled(if: Place.hasShared, "the shared test data is not beside the package"))
struct SharedModelTests {
  private let version0 = Place.shared + "/stories260K/stories260K.bin"
  private let version1 = Place.shared + "/stories260K/stories260K-v1.bin"

  @Test func headersSayWhatTheModelIs() throws {
    for (path, version) in [(version0, 0), (version1, 1)] {
      let header = try #require(try Checkpoint(path: path).llama2CHeader)
      #expect(header.version == version)
      #expect((header.hiddenSize, header.intermediateSize, header.layerCount) == (64, 172, 5))
      #expect((header.headCount, header.keyValueHeadCount, header.headSize) == (8, 4, 8))
      #expect((header.vocabularySize, header.contextLength, header.sharesClassifier) == (512, 512, true))
    }
    let babyLlama = try Checkpoint(path: Place.shared + "/babyllama-tok105/model5000.bin")
    #expect(babyLlama.llama2CHeader?.vocabularySize == 105)
    #expect(try Checkpoint(path: Place.shared + "/llama2xs-tok512/model.bin").llama2CHeader?.intermediateSize == 192)
  }

  @Test func bothVersionsHoldTheSameBits() throws {
    let one = try Checkpoint(path: version0)
    let other = try Checkpoint(path: version1)
    #expect(one.names == other.names && one.names.count == 47)
    for name in one.names {
      let tensor = try one.tensor(named: name)
      #expect(try other.tensor(name, shape: tensor.shape).values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
    }
  }

  @Test func theConvertedModelHoldsTheSameBits() throws {
    let original = try Checkpoint(path: version0)
    let converted = try Checkpoint(path: Place.shared + "/derived-stories260K-hf")
    #expect(original.names == converted.names)
    for name in original.names {
      let expected = try original.tensor(named: name)
      let tensor = try converted.tensor(name, shape: expected.shape)
      let isRotated = name.hasSuffix("q_proj.weight") || name.hasSuffix("k_proj.weight")
      for row in 0..<tensor.rows {
        let source = isRotated ? interleavedRow(ofHalfSplit: row, headSize: 8) : row
        let columns = 0..<tensor.columns
        #expect(tensor.rectangle(row..<row + 1, columns) == expected.rectangle(source..<source + 1, columns))
      }
    }
  }

  /// Where an interleaved file has the row that a half-split file has at `row`.
  private func interleavedRow(ofHalfSplit row: Int, headSize: Int) -> Int {
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    let (half, pair) = place.quotientAndRemainder(dividingBy: headSize / 2)
    return head * headSize + 2 * pair + half
  }

  /// The hashes that sha256sum gives.
  @Test func hashesAreThoseOfTheFiles() throws {
    #expect(
      try Checkpoint(path: version0).sha256() == "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696")
    #expect(
      try Checkpoint(path: version1).sha256() == "9ab1bf3d0c9900ce357fb38b0f42c3252e0ad478400bf7093efa133c8fa60723")
    #expect(
      try Checkpoint(path: Place.shared + "/derived-stories260K-hf").sha256()
        == "aec27e5c0c4799615200e622f10eea909c9c9f62a972a8f5fbaef3559c0f06f3")
  }

  @Test func metadataIsKept() throws {
    let path = Place.shared + "/embeddings/derived-word2vec-300d-capitals-subset.safetensors"
    let file = try SafetensorsFile(path: path)
    #expect(try file.tensor(named: "vectors").shape == [257, 300])
    #expect(file.metadata["words"]?.hasPrefix("[\"") == true)
  }

  @Test func refusesWhatIsNotRead() throws {
    let int8 = Place.shared + "/stories260K/stories260K-q8.bin"
    expect(refusal { try Checkpoint(path: int8) }, says: [int8, "version 2", "int8"])
    let gguf = Place.shared + "/random-llama2-gguf"
    expect(refusal { try Checkpoint(path: gguf) }, says: [gguf, "name", "/llama-2-tiny-random.gguf'"])
    let torch = Place.shared + "/sae-tinystories1M/sae_128_4.pt"
    expect(refusal { try Checkpoint(path: torch) }, says: [torch, "PyTorch"])
    let folder = Place.shared + "/derived-stories260K-hf/"
    expect(refusal { try Checkpoint(path: folder + "model.safetensors") }, says: ["name the folder"])
    expect(refusal { try Checkpoint(path: folder + "config.json") }, says: ["config.json"])
  }
}

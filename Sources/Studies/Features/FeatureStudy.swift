import Basics
import Clouds
import Geometry
import Inputs
import Transformer

/// The study of on which blocks of text the features of a sparse autoencoder fire; a piece is a window of text.
public struct FeatureStudy {
  /// The site and layer that are read, how texts are cut, and what counts as a firing.
  public let settings: FeatureSettings
  /// The windows and blocks of the corpus.
  public let windows: TextWindows
  private let corpus: TextCorpus
  private let reader: SiteReader
  private let autoencoder: SparseAutoencoder

  /// A study of a corpus by a forward pass and an autoencoder of one of its sites. Throws if no text fills a block.
  public init(
    corpus: TextCorpus, pass: ForwardPass, autoencoder: SparseAutoencoder, settings: FeatureSettings
  ) throws {
    precondition(settings.contextTokens <= pass.positionCount, "windows that the tables of the pass cover")
    self.settings = settings
    self.corpus = corpus
    self.autoencoder = autoencoder
    windows = try TextWindows(corpus, blockTokens: settings.blockTokens, contextTokens: settings.contextTokens)
    reader = try SiteReader(pass: pass, site: settings.site, layer: settings.layer)
  }

  /// What the study does, for the status and for progress.
  public var phase: String { "counting firings" }

  /// The number of tokens of each window.
  public var costs: [Double] { windows.windows.map { Double($0.tokens.count) } }

  /// The firings of all windows, which are the pieces of one stage. Collective.
  public func firings(on stages: StudyStages) throws -> FeatureFirings {
    found(of: try stages.evaluate(phase, costs: costs, isWhole: isWhole, body: evaluate))
  }

  // MARK: Pieces

  /// The blocks of a window with features that fire there: int32 numbers, of each block its number, how many features
  /// fire, and which these are, ascending.
  public func evaluate(_ piece: Int, pause: () throws -> Void) throws -> [UInt8] {
    let window = windows.windows[piece]
    let begin = corpus.beginToken.map { [$0] } ?? []
    let text = corpus.texts[window.text]
    let activations = reader.activations(of: begin + text.tokens[window.tokens])
    var blocks: [Int: FeatureSet] = [:]
    autoencoder.forEachFiring(
      activations[rows: begin.count..<activations.rows], threshold: settings.threshold
    ) { token, feature in
      let block = (window.tokens.lowerBound + token) / settings.blockTokens
      blocks[block, default: FeatureSet(count: autoencoder.featureCount)].insert(feature)
    }
    let numbers = blocks.sorted { $0.key < $1.key }.flatMap { block, features in
      let members = features.members
      return [Int32(windows.firstBlock[window.text] + block), Int32(members.count)] + members
    }
    return numbers.memoryBytes
  }

  /// The firings of all windows; a block that two windows share has the features of both.
  public func found(of pieces: [[UInt8]]) -> FeatureFirings {
    var firing: [[Int32]] = Array(repeating: [], count: windows.blockNames.count)
    for piece in pieces {
      var rest = [Int32](memoryBytes: piece)[...]
      while let block = rest.popFirst(), let count = rest.popFirst() {
        firing[Int(block)] += rest.prefix(Int(count))
        rest.removeFirst(Int(count))
      }
    }
    for block in firing.indices where !firing[block].isEmpty { firing[block] = Set(firing[block]).sorted() }
    return FeatureFirings(
      record: FiringRecord(documentCount: autoencoder.featureCount, documentsOfFeatures: firing).transposed,
      documents: Cloud.Documents(
        names: windows.blockNames.map(\.withoutZeros), groups: windows.blockTexts.map(\.withoutZeros)),
      droppedTokens: windows.droppedTokens, incompleteBlocks: windows.incompleteBlocks)
  }

  /// Whether these can be the firings of a window: its blocks, each with the number of its features and these.
  public func isWhole(_ piece: Int, bytes: [UInt8]) -> Bool {
    guard bytes.count.isMultiple(of: MemoryLayout<Int32>.stride) else { return false }
    var rest = [Int32](memoryBytes: bytes)[...]
    while let block = rest.popFirst() {
      guard windows.blockNames.indices.contains(Int(block)), let count = rest.popFirst(),
        (0...rest.count).contains(Int(count)),
        rest.prefix(Int(count)).allSatisfy({ (0..<autoencoder.featureCount).contains(Int($0)) })
      else { return false }
      rest.removeFirst(Int(count))
    }
    return true
  }
}

import Basics
import Geometry
import Inputs
import MessagePassing
import Transformer

/// On which blocks of text the features of a sparse autoencoder fire.
public struct FeatureFirings: Sendable {
  /// How texts are cut, and what counts.
  public struct Settings: Sendable {
    /// The site of the block whose activations are encoded.
    public var hook: Site
    /// The layer, counted from 0.
    public var layer: Int
    /// An activation above it is a firing.
    public var threshold: Float = 1
    /// Tokens of a document.
    public var blockTokens = 256
    /// Tokens that the model sees together, the one that begins a text included.
    public var contextTokens: Int

    /// Takes what has no usual value.
    public init(hook: Site, layer: Int, contextTokens: Int) {
      self.hook = hook
      self.layer = layer
      self.contextTokens = contextTokens
    }
  }

  /// Features by documents, which are blocks of consecutive tokens of one text.
  public let record: FiringRecord
  /// A block is called by its text and its number there; texts are the groups.
  public let documents: Cloud.Documents
  /// Tokens at the ends of texts that fill no block.
  public let droppedTokens: Int
  /// Texts that end with such tokens.
  public let incompleteBlocks: Int

  /// Runs the model over the blocks of a corpus, window by window; ranks share the windows, and all learn all firings,
  /// which are the same for any number of them; `keeper` keeps those of finished windows. Collective.
  ///
  /// An error if no text fills a block.
  public init(
    corpus: TextCorpus, pass: ForwardPass, autoencoder: SparseAutoencoder, settings: Settings,
    communicator: Communicator? = nil, keeper: (any PieceKeeper)? = nil
  ) throws {
    precondition(settings.contextTokens <= pass.positionCount, "windows that the tables of the pass cover")
    func cut() throws -> TextWindows {
      try TextWindows(corpus, blockTokens: settings.blockTokens, contextTokens: settings.contextTokens)
    }
    let plan = try communicator.map { try $0.agree(cut) } ?? cut()
    let reader = SiteReader(pass: pass, site: settings.hook, layer: settings.layer)
    let featureCount = autoencoder.featureCount
    let sharing = Sharing(communicator, keeper: keeper)
    let isWhole = { FeatureFirings.isWhole($0, blockCount: plan.blockNames.count, featureCount: featureCount) }
    let found = try sharing.numbers("counting firings", count: plan.windows.count, isWhole: isWhole) { index in
      let window = plan.windows[index]
      let begin = corpus.beginToken.map { [$0] } ?? []
      let text = corpus.texts[window.text]
      let activations = reader.activations(of: begin + text.tokens[window.tokens])
      var blocks: [Int: FeatureSet] = [:]
      autoencoder.forEachFiring(
        activations[rows: begin.count..<activations.rows], threshold: settings.threshold
      ) { token, feature in
        let block = (window.tokens.lowerBound + token) / settings.blockTokens
        blocks[block, default: FeatureSet(count: featureCount)].insert(feature)
      }
      return blocks.sorted { $0.key < $1.key }.flatMap { block, features in
        let members = features.members
        return [Int32(plan.firstBlock[window.text] + block), Int32(members.count)] + members
      }
    }
    var firing: [[Int32]] = Array(repeating: [], count: plan.blockNames.count)
    for piece in found {
      var rest = piece[...]
      while let block = rest.popFirst(), let count = rest.popFirst() {
        firing[Int(block)] += rest.prefix(Int(count))
        rest.removeFirst(Int(count))
      }
    }
    // A block that two windows share has the features of both.
    for block in firing.indices where !firing[block].isEmpty { firing[block] = Set(firing[block]).sorted() }
    record = FiringRecord(documentCount: featureCount, documentsOfFeatures: firing).transposed
    documents = Cloud.Documents(
      names: plan.blockNames.map(\.withoutZeros), groups: plan.blockTexts.map(\.withoutZeros))
    droppedTokens = plan.droppedTokens
    incompleteBlocks = plan.incompleteBlocks
  }
  /// Whether these can be the firings of a window: blocks, each with the number of its features and these.
  private static func isWhole(_ window: [Int32], blockCount: Int, featureCount: Int) -> Bool {
    var rest = window[...]
    while let block = rest.popFirst() {
      guard (0..<blockCount).contains(Int(block)), let count = rest.popFirst(), (0...rest.count).contains(Int(count)),
        rest.prefix(Int(count)).allSatisfy({ (0..<featureCount).contains(Int($0)) })
      else { return false }
      rest.removeFirst(Int(count))
    }
    return true
  }
}

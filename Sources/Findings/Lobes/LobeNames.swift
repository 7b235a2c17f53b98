import Geometry
import Statistics

/// What lobes are called by: the documents that their features fire on more than those of all other lobes do.
public struct LobeNames: Sendable {
  /// A document, or a group of them, and a lobe.
  public struct Entry: Sendable, Equatable {
    /// Features of the lobe that fire on the document, among all of the lobe.
    public let firings: Proportion
    /// Against the features of all other lobes.
    public let logOddsRatio: LogOddsRatio
  }

  /// Documents that a lobe is named by.
  public static let limit = 10

  /// Features of each lobe that fire on each document.
  public let firings: LobeFirings
  /// The documents of each lobe, the surest first: by the lower end of the log odds ratio's interval.
  /// `[lobes, documents]`
  public let documents: [[Int]]
  /// What each lobe fires on, `[lobes, groups]`; empty where there are no groups.
  public let ofGroups: [[Entry]]

  /// `groups` are those of documents, from 0 up.
  init(_ firings: LobeFirings, groups: [Int32]?) {
    self.firings = firings
    let lobes = firings.sizes.indices
    documents = lobes.map { lobe in
      let lows = (0..<firings.documentCount).map { LobeNames.entry(firings, lobe, [$0]).logOddsRatio.interval.low }
      // Not a number where there is one lobe: then none is named.
      let order = lows.indices.filter { !lows[$0].isNaN }.sorted { (lows[$1], $0) < (lows[$0], $1) }
      return Array(order.prefix(LobeNames.limit))
    }
    let members = Dictionary(grouping: (groups ?? []).indices) { groups?[$0] ?? 0 }.sorted { $0.key < $1.key }
    ofGroups = groups == nil ? [] : lobes.map { lobe in members.map { LobeNames.entry(firings, lobe, $0.value) } }
  }

  /// How much more a lobe fires on a document than the others.
  public subscript(lobe: Int, document: Int) -> Entry { LobeNames.entry(firings, lobe, [document]) }

  private static func entry(_ firings: LobeFirings, _ lobe: Int, _ documents: [Int]) -> Entry {
    func proportion(_ lobes: some Sequence<Int>) -> Proportion {
      lobes.reduce(Proportion()) { sum, lobe in
        sum
          + Proportion(
            count: documents.reduce(0) { $0 + firings[lobe, $1] }, total: documents.count * firings.sizes[lobe])
      }
    }
    let (own, others) = (proportion([lobe]), proportion(firings.sizes.indices.filter { $0 != lobe }))
    return Entry(firings: own, logOddsRatio: LogOddsRatio(of: own, against: others))
  }
}

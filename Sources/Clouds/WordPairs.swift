import Basics
import Geometry

/// Words that are said to be related alike, two by two.
public struct WordRelation: Equatable, Sendable {
  /// Two words that stand in the relation, such as a country and its capital.
  public struct Pair: Hashable, Sendable {
    /// The word from which the relation leads.
    public let from: String
    /// The word to which it leads.
    public let to: String
  }

  /// The relation's name, such as "capital of a country".
  public let name: String
  /// The pairs in the order of the file, each once.
  public let pairs: [Pair]

  init(name: String, pairs: [Pair]) {
    self.name = name.withoutZeros
    var known: Set<Pair> = []
    self.pairs = pairs.filter { known.insert($0).inserted }
  }
}

/// The points that stand for the words of relations.
struct WordPairs {
  let relations: [Cloud.Relation]
  /// Pairs without a point for one of their two words.
  let missing: Int

  /// A word is a point of its name; if there is none, a point of its name in lower case. Of equal names the first
  /// counts.
  init(names: [String]?, relations: [WordRelation], path: String) throws {
    guard !relations.isEmpty else {
      (self.relations, missing) = ([], 0)
      return
    }
    guard let names else {
      throw CloudsError(
        "cannot find the words of relations in \(path): its points have no names; give a file of them with --labels")
    }
    let points = Dictionary(zip(names, names.indices)) { first, _ in first }
    func point(_ word: String) -> Int? { points[word] ?? points[word.lowercased()] }
    var (missing, found) = (0, [Cloud.Relation]())
    for relation in relations {
      let pairs = relation.pairs.compactMap { pair -> Relations.Pair? in
        guard let from = point(pair.from), let to = point(pair.to) else { return nil }
        return .init(from: from, to: to)
      }
      missing += relation.pairs.count - pairs.count
      if !pairs.isEmpty { found.append(Cloud.Relation(name: relation.name, pairs: pairs)) }
    }
    guard !found.isEmpty else {
      throw CloudsError(
        "cannot find the words of relations in \(path): of \(missing) pairs none has points for both words; name "
          + "relations between its words")
    }
    (self.relations, self.missing) = (found, missing)
  }
}

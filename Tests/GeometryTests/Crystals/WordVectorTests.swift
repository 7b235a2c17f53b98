import Foundation
import Geometry
import Testing
import TestSupport

/// Relations between words on published word vectors, which are not part of the package.
@Suite(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
struct WordVectorTests {
  private let words: [String]
  private let cloud: PointCloud

  init() throws {
    let vectors = try Places.object(Places.sharedData + "/embeddings/glove-50d-5k.json")
    words = vectors.keys.sorted()
    cloud = PointCloud(dimension: 50, values: words.flatMap { (vectors[$0] as Any?).floats })
  }

  /// The sections of the questions and another list of capitals, as far as their words have vectors.
  private func relations() throws -> Relations {
    let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    var named: [(name: String, pairs: [Relations.Pair])] = []
    func add(_ from: String, _ to: String) {
      guard let from = places[from.lowercased()], let to = places[to.lowercased()] else { return }
      let pair = Relations.Pair(from: from, to: to)
      if !named[named.count - 1].pairs.contains(pair) { named[named.count - 1].pairs.append(pair) }
    }
    let folder = Places.sharedData + "/eval-analogies"
    let questions = try String(contentsOfFile: folder + "/questions-words.txt", encoding: .utf8)
    for line in questions.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == ":" {
        named.append((words[1], []))
      } else {
        add(words[0], words[1])
        add(words[2], words[3])
      }
    }
    let capitals = try Places.object(folder + "/relations/country_capital_city.json")
    // From countries to capitals, where the questions go from capitals to countries.
    named.append(("country_capital_city", []))
    for pair in capitals["samples"] as? [[String: String]] ?? [] { add(pair["subject"] ?? "", pair["object"] ?? "") }
    return Relations(named, of: cloud)
  }

  @Test func familyAndCapitalsAreBetterParallelogramsAfterwards() throws {
    let relations = try relations()
    let crystals = try Crystals(cloud, relations, seed: 1)
    for name in ["family", "capital-world", "country_capital_city"] {
      let entry = try #require(crystals.entries.first { $0.name == name })
      #expect(entry.pairCount >= 9)
      #expect(entry.cosine.gain.value > 0.15 && entry.cosine.gain.z > 3 && entry.cosine.gain.probability <= 0.005)
      #expect(entry.deviation.gain.value < -0.2 && entry.deviation.gain.z < -3)
      #expect(entry.deviation.gain.probability <= 0.005)
      #expect(entry.silhouette.gain.value > 0.1 && entry.silhouette.gain.probability <= 0.005)
      #expect(entry.pairEffect > 1 && entry.deviationPairEffect > 1)
    }
    let functions = FunctionVectors(cloud, relations, crystals.folds, seed: 1)
    let family = try #require(relations.names.firstIndex(of: "family"))
    #expect(functions.entries[family].hits > 0.8 && functions.entries[family].plainHits < 0.4)
  }
}

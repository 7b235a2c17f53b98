import Drawing
import Statistics

/// What is said of units that several sources put first.
struct StandoutSentences {
  private static let exampleLimit = 3

  private let table: AtlasTable
  private let common: [CommonStandout]

  init(_ table: AtlasTable, _ common: [CommonStandout]) {
    self.table = table
    self.common = common
  }

  var sentences: [String] {
    let beyondChance = common.filter { $0.probability <= FalseDiscoveryRate.level }
    guard !beyondChance.isEmpty else { return [] }
    let words = beyondChance.prefix(StandoutSentences.exampleLimit).map { unit in
      let layer = unit.layer.map { " of layer \($0)" } ?? ""
      return "\(unit.place)\(layer) (\(unit.sources.joined(separator: ", ")))"
    }
    let more = beyondChance.count - words.count
    let count = beyondChance.count
    let noun = count == 1 ? table.subject.noun : table.subject.plural
    return [
      "\(Numeral.count(count)) \(noun) \(count == 1 ? "stands" : "stand") out in more sources than chance "
        + "has it: \(words.joined(separator: "; "))"
        + (more > 0 ? "; and \(Numeral.count(more)) more." : ".")
    ]
  }
}

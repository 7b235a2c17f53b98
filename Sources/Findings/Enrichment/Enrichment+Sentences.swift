import Drawing
import Transformer

extension Enrichment {
  /// The enriched blocks by each of the three questions.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    // A block counts once, by however many kinds it is found.
    func count(_ question: Question) -> Int { places { $0.answer(question).isFinding }.count }
    func stands(_ question: Question) -> String { Numeral.items(count(question), "stands", "stand") }
    let tested = places { !$0.answer(.margins).probability.isNaN }.count
    return [
      "\(Numeral.count(count(.margins))) of \(Numeral.items(tested, "row and column block")) "
        + "\(count(.margins) == 1 ? "holds" : "hold") more non-silent verdicts than the totals of the other axis "
        + "explain (permutation test)\(Sentence.examples(examples(.margins))). "
        + "That alone may be arithmetic: random weights have such "
        + "stripes too.",
      "\(stands(.arithmetic)) above the line that most blocks of their axis follow (studentized residual)"
        + "\(Sentence.examples(examples(.arithmetic))).",
      "\(stands(.alone)) above all other blocks of their axis\(Sentence.examples(examples(.alone))).",
    ]
  }

  private struct BlockPlace: Hashable {
    let layer: Int
    let matrix: WeightMatrix
    let axis: Axis
    let block: Int
  }

  /// The blocks of which `isMeant` says so for all kinds together or for one.
  private func places(where isMeant: (Block) -> Bool) -> Set<BlockPlace> {
    Set(
      entries.flatMap { entry in
        Axis.allCases.flatMap { axis in
          entry.blocks[axis.rawValue].enumerated().filter { isMeant($0.element) }.map {
            BlockPlace(layer: entry.layer, matrix: entry.matrix, axis: axis, block: $0.offset)
          }
        }
      })
  }

  /// The blocks of a question, each by the kind that shows it best.
  func examples(_ question: Question) -> [String] {
    var named: Set<BlockPlace> = []
    return findings(question).compactMap { finding in
      let entry = entries[finding.entry]
      let place = BlockPlace(layer: entry.layer, matrix: entry.matrix, axis: finding.axis, block: finding.block)
      guard named.insert(place).inserted else { return nil }
      let share = entry.blocks[finding.axis.rawValue][finding.block].verdicts.share
      return
        "\(Sentence.place(entry.layer, entry.matrix)) \(finding.axis) block \(finding.block)"
        + (entry.kind.map { " by \($0.rawValue)" } ?? "")
        + " (\(Numeral.share(share)) where \(Numeral.share(finding.answer.expected)) is expected)"
    }
  }
}

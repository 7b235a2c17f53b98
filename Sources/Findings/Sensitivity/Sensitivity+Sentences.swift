import Drawing
import Statistics

extension Sensitivity {
  /// The most and the least sensitive matrix, and the kinds of mutation.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let counts = screen.counts
    let ranked = counts.layers.flatMap { layer in
      counts.matrices.map { (place: Sentence.place(layer, $0), verdicts: counts.verdicts(layer: layer, matrix: $0)) }
    }.filter { $0.verdicts.total > 0 }.enumerated().sorted {
      ($1.element.verdicts.share, $0.offset) < ($0.element.verdicts.share, $1.offset)
    }.map(\.element)
    guard let most = ranked.first, let least = ranked.last, ranked.count > 1 else { return [] }
    let matrices =
      "The most sensitive matrix is \(most.place): \(Numeral.share(most.verdicts.share)) of its verdicts are "
      + "non-silent. The least sensitive is \(least.place) with \(Numeral.share(least.verdicts.share))."
    guard counts.kinds.count > 1 else { return [matrices] }
    let kinds = counts.kinds.map { "\(Numeral.share(counts.verdicts(kind: $0).share)) by \($0.rawValue)" }
    return [matrices, "Of the verdicts on each kind of mutation, non-silent are \(kinds.joined(separator: ", "))."]
  }
}

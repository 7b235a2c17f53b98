import Drawing
import Geometry
import Statistics

extension Crystals {
  /// The sentence that says how many relations have parallel pairs before and after discriminant analysis.
  var sentences: [String] {
    func beyond(_ comparison: (Entry) -> NullComparison) -> String {
      let all = entries.map(comparison)
      let adjusted = FalseDiscoveryRate.adjusted(all.map(\.probability))
      return Numeral.count(zip(all, adjusted).count { $0.excess > 0 && $1 <= FalseDiscoveryRate.level })
    }
    return [
      "Of \(Numeral.items(entries.count, "relation")), the differences of \(beyond { $0.cosine.before }) are parallel "
        + "beyond chance before discriminant analysis and of \(beyond { $0.cosine.after }) after it, on held-out "
        + "pairs; \(beyond { $0.cosine.gain }) gain by it (relations permuted over pairs)."
    ]
  }
}

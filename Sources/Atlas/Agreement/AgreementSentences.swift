import Drawing

/// What is said of the agreement of measures of a subject.
struct AgreementSentences {
  private static let exampleLimit = 3

  private let table: AtlasTable
  private let agreements: [Agreement]

  init(_ table: AtlasTable, _ agreements: [Agreement]) {
    self.table = table
    self.agreements = agreements
  }

  var sentences: [String] { [finding, description].compactMap { $0 } }

  /// What agrees beyond what the size of activations explains; nil where no two measures could.
  private var finding: String? {
    let agreements = agreements.filter { !$0.isOfActivations }
    guard !agreements.isEmpty else { return nil }
    let testable = agreements.filter(\.claimed.probability.isFinite)
    let plural = table.subject.plural.prefix(1).uppercased() + table.subject.plural.dropFirst()
    guard !testable.isEmpty else {
      return "\(plural): whether measures from different sources agree\(beyond) cannot be said; too few "
        + "\(table.subject.plural) are known to two of them."
    }
    let found = agreements.filter(\.isFound).sorted { abs($0.claimed.value) > abs($1.claimed.value) }
    let pairs = Numeral.items(testable.count, "pair")
    guard !found.isEmpty else {
      return "\(plural): of \(pairs) of measures from different sources none agrees beyond chance\(beyond)."
    }
    let words = found.prefix(AgreementSentences.exampleLimit).map(words).joined(separator: "; ")
    let more = found.count - AgreementSentences.exampleLimit
    return
      "\(plural): \(Numeral.count(found.count)) of \(pairs) of measures from different sources "
      + "\(found.count == 1 ? "agrees" : "agree") within layers\(beyond): \(words)"
      + (more > 0 ? "; and \(Numeral.count(more)) more." : ".")
  }

  /// What goes with the size of activations most.
  private var description: String? {
    guard let size = table.size else { return nil }
    let own = agreements.filter { agreement in
      [agreement.measures.0, agreement.measures.1].contains { table.measures[$0].name == size.name }
        && agreement.within.value.isFinite
    }
    guard let most = own.max(by: { abs($0.within.value) < abs($1.within.value) }) else { return nil }
    let other = [most.measures.0, most.measures.1].first { table.measures[$0].name != size.name }
    return
      "What goes with the size of activations of \(table.subject.plural) most is "
      + "\(other.map { table.measures[$0].name } ?? "") (ρ = \(Numeral.number(most.within.value))). This "
      + "describes, and tests nothing."
  }

  /// What is kept constant besides layers.
  private var beyond: String {
    table.size == nil ? "" : " and beyond the size of activations"
  }

  private func words(_ agreement: Agreement) -> String {
    let (first, second) = (table.measures[agreement.measures.0].name, table.measures[agreement.measures.1].name)
    let plain =
      agreement.beyondSize == nil ? "" : ", \(Numeral.number(agreement.within.value)) with the size of activations"
    return "\(first) and \(second) (ρ = \(Numeral.number(agreement.claimed.value))\(plain))"
  }
}

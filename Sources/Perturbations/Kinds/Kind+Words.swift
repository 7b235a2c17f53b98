// What files say of kinds.
extension Kind {
  /// The meaning of a mutation's value.
  static var meaningOfValues: String {
    let numbered = ofWeights.filter(\.hasParameter).map(\.rawValue).enumerated
    let without = ofWeights.filter { !$0.definition.hasValue }.map(\.rawValue).enumerated
    return "what the region was set to, which signed turns in some rows; the number of \(numbered), not a number for "
      + without
  }

  /// How units are held by the kinds that leave weights as they are.
  public static var recipesOfEdits: String {
    let kinds = allCases.filter(\.replacesInputs).map(\.rawValue).enumerated
    return "\(kinds) leave all weights as they are: the inputs of the matrix at the region's columns are held at their "
      + "means or modes over texts, whatever the model computes there."
  }

  /// How new weights are made, so that they can be made again from the file and the model alone.
  public static var recipes: String {
    var constants: [String] = []
    var notes: [String] = []
    var steady: [String] = []
    var random: [String] = []
    for kind in ofWeights {
      switch kind.definition.recipe {
      case .constant(let note):
        constants.append(kind.rawValue)
        notes += note.map { ["; " + $0] } ?? []
      case .steady(let words): steady.append("\(kind.rawValue) \(words)")
      case .random(let words): random.append("\(kind.rawValue): \(words).")
      }
    }
    return """
      \(constants.enumerated) set all weights of the region to value\(notes.joined()). \
      \(steady.joined(separator: ", and ")). The other kinds are random; what they do depends on the seed, the kind, \
      the layer, the matrix and the place alone, whatever else is screened. In their counters m is 2^24 kind + 2^16 \
      matrix + layer, as these datasets have them. \(random.reversed().joined(separator: " "))
      """
  }
}

extension [String] {
  /// The words joined as in: a, b and c.
  fileprivate var enumerated: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}

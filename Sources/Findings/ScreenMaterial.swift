import Perturbations

/// What analyses of a screen are made of.
public struct ScreenMaterial: Sendable {
  /// The verdicts, counted.
  public let counts: ScreenCounts
  /// The ids of the inputs.
  public let inputs: [String]
  /// How close the unmutated model's best two scores come on each input, at the closest step; none where nobody says.
  let leastMargins: [Float]
  /// The sums of inputs, from which the arithmetic part is computed; nil where they were not recorded.
  let inputSums: InputSums?
  /// What mutants say: on the first rank, and where continuations were recorded.
  public let texts: TextMaterial?
  /// What was measured of mutations of components; nil where they are of regions.
  public let components: ComponentTable?
  /// What was measured of pairs of mutations; nil where there are none.
  public let pairs: PairTable?
  /// The number that keys samples, first centres and permutations.
  public let seed: UInt64

  /// Takes the counted verdicts, an id for each input, and what else is known.
  public init(
    _ counts: ScreenCounts, inputs: [String], leastMargins: [Float] = [], inputSums: InputSums? = nil,
    texts: TextMaterial? = nil, components: ComponentTable? = nil, pairs: PairTable? = nil, seed: UInt64 = 0
  ) {
    precondition(inputs.count == counts.inputCount, "an id for each input")
    self.counts = counts
    self.inputs = inputs
    self.leastMargins = leastMargins
    self.inputSums = inputSums
    self.texts = texts
    self.components = components
    self.pairs = pairs
    self.seed = seed
  }
}

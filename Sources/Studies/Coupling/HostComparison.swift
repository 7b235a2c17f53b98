import Statistics

/// Whether a measure of the trained model is beyond what untrained hosts of one way have, on the same prompts.
///
/// Two things vary: prompts, and the weights of untrained hosts, which all prompts share. So there are two tests, and
/// the greater of their probabilities counts: flips of the signs of the prompts' differences, the trained model less
/// the mean of the hosts, say whether it holds for other prompts; and where the trained model's mean over prompts lies
/// among those of hosts, by Student's prediction interval of one more host, says whether it holds for other weights.
package struct HostComparison: Equatable, Sendable {
  /// The mean of the trained model over prompts.
  package let trained: Double
  /// The mean of all untrained hosts over prompts.
  package let untrained: Double
  /// The interval of the difference over prompts; no numbers with fewer than ten.
  package let interval: Interval
  /// The difference over the standard deviation of hosts; not a number with fewer than two hosts.
  package let deviations: Double
  /// The two-sided probability over prompts; not a number where there are too few.
  package let promptChance: Double
  /// The two-sided probability over hosts; not a number where there are too few.
  package let hostChance: Double
  /// The least probability that so many prompts can give.
  package let leastChance: Double

  /// Takes the measure of the trained model, `[prompt]`, and of untrained hosts, `[host][prompt]`.
  package init(trained own: [Double], untrained hosts: [[Double]]) {
    precondition(hosts.allSatisfy { $0.count == own.count }, "the same prompts on all hosts")
    let means = hosts.map(\.mean)
    let differences = own.indices.map { prompt in own[prompt] - hosts.map { $0[prompt] }.mean }
    trained = own.mean
    untrained = means.mean
    let moments = SampleMoments(means)
    let deviation = moments.variance.squareRoot()
    deviations = (trained - untrained) / deviation
    guard differences.allSatisfy(\.isFinite) else {
      interval = Interval(low: .nan, high: .nan)
      (promptChance, hostChance, leastChance) = (.nan, .nan, .nan)
      return
    }
    interval = Interval(bootstrapping: differences)
    let flips = SignFlipTest(differences)
    (promptChance, leastChance) = (flips.probability, flips.least)
    let t = deviations / (1 + 1 / Double(hosts.count)).squareRoot()
    hostChance = t.isFinite ? min(1, 2 * TailProbability.student(abs(t), degrees: hosts.count - 1)) : .nan
  }

  /// The difference, the trained model less untrained hosts.
  package var difference: Double { trained - untrained }

  /// The probability of so large a difference for the reason that is likelier; not a number where one is not known.
  package var chance: Double { promptChance.isNaN || hostChance.isNaN ? .nan : max(promptChance, hostChance) }

  /// Whether the difference is beyond chance where it is one of so many that are tested.
  package func isFound(among tests: Int) -> Bool { chance * Double(tests) <= FalseDiscoveryRate.level }
}

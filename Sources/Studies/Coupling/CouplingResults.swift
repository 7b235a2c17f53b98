import Statistics
import Transformer

/// All that the study found: the hosts, the trained one first, and how it differs from the untrained ones.
struct CouplingResults {
  /// A number that every host has for each prompt, and of which it is asked whether training has made it.
  struct Measure {
    /// Its label in the file.
    let name: String
    /// The measures of one question, which are corrected for each other.
    let family: Family
    let value: (HostCoupling.Prompt) -> Double
  }

  /// The questions.
  enum Family {
    /// Whether neighbouring blocks are coupled beyond random bases.
    case coupling
    /// Whether the path of a token has the shape that was found.
    case path
  }

  let study: Coupling
  let hosts: [HostCoupling]
  let widths: [Int]
  let measures: [Measure]
  /// The comparison of each measure with each way of losing the training, `[measure][control]`.
  let comparisons: [[HostComparison]]

  init(_ study: Coupling, _ hosts: [HostCoupling], _ shape: HostShape) {
    self.study = study
    self.hosts = hosts
    widths = study.widths(shape)
    measures = CouplingResults.measures(widths)
    let count = study.seeds.count
    comparisons = measures.map { measure in
      let values = hosts.map { $0.prompts.map(measure.value) }
      return study.controls.indices.map { control in
        HostComparison(trained: values[0], untrained: Array(values[1 + control * count..<1 + (control + 1) * count]))
      }
    }
  }

  static func measures(_ widths: [Int]) -> [Measure] {
    widths.enumerated().map { place, width in
      Measure(name: "coupling_\(width)", family: .coupling) { $0.excess(place) }
    } + [
      Measure(name: "line_shape", family: .path, value: \.path.path.lineShape),
      Measure(name: "line_shape_without_top", family: .path, value: \.path.path.lineShapeWithoutTop),
      Measure(name: "growth_r2", family: .path, value: \.path.path.growth.determination),
      Measure(name: "linear_cosine", family: .path, value: \.path.path.linearCosine),
      Measure(name: "inverse_sigma1_r2", family: .path, value: \.inverseFit.determination),
    ]
  }

  /// The model itself.
  var trained: HostCoupling { hosts[0] }

  /// The place of the width that sentences and figures begin with: the first of the ranks that the stream has.
  var firstWidth: Int { widths.firstIndex { study.ranks.contains($0) } ?? 0 }

  // MARK: Verdicts

  /// The measures that a measure is corrected for.
  func testCount(_ measure: Int) -> Int { measures.count { $0.family == measures[measure].family } }

  /// What can be said of a measure's difference from untrained hosts.
  enum Verdict: Equatable {
    /// There are none.
    case notCompared
    /// There are too few hosts of a way, or too few prompts.
    case tooFew
    /// It does not survive the controls of these names.
    case lost([String])
    /// It is beyond chance against every control, all on one side.
    case found
  }

  /// A measure's verdict. It has to be beyond every control, so that no correction is due for their number (Berger
  /// 1982, Technometrics 24, 295–300).
  func verdict(_ measure: Int) -> Verdict {
    let own = comparisons[measure]
    let tests = testCount(measure)
    guard !own.isEmpty else { return .notCompared }
    if own.contains(where: { $0.chance.isNaN || $0.leastChance * Double(tests) > FalseDiscoveryRate.level }) {
      return .tooFew
    }
    let isAbove = own[0].difference > 0
    let lost = zip(study.controls, own).filter { !$1.isFound(among: tests) || ($1.difference > 0) != isAbove }
    return lost.isEmpty ? .found : .lost(lost.map(\.0.rawValue))
  }
}

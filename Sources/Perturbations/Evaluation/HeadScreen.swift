import CKernels
import LinearAlgebra
import Transformer

/// Finds greedy choices from a handful of rows of the language-model head, exactly.
///
/// With d the distance of a mutant's final normalised state from the baseline's, no score can have moved further than
/// ‖w‖ · d (Cauchy and Schwarz) and rounding. A token's *reach* is the distance from which on it can be among the
/// mutant's best two; the tokens with the shortest reaches are scored, and the whole head only where they might not be
/// enough.
///
/// Rounding: a score is within γ ‖w‖ ‖h‖ of the exact one (`locus_product_rounding`); twice that, for both states, is
/// added to the distance.
final class HeadScreen {
  /// Candidates that are looked at: as few of these as will do, else the whole head.
  private static let candidateCounts = [32, 256, 2048]

  /// The tokens with the shortest reaches at one step of the baseline.
  private struct Candidates {
    /// Ascending, so that ties go to the smallest as they do in the whole head.
    let tokens: [Int32]
    /// The shortest reach of all others.
    let reach: Float
  }

  private let pass: ForwardPass
  /// ‖w‖ of each token's row, rounded up.
  private let norms: [Float]
  private let largestNorm: Float
  private let rounding: Float
  private var known: [Int: [[Candidates]?]] = [:]

  init(pass: ForwardPass) {
    self.pass = pass
    let head = pass.model.head
    let width = head.columns
    norms = (0..<head.rows).map { token in
      let square = withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row -> Double in
        guard let base = row.baseAddress else { return 0 }
        head.weight.widen(rows: token..<token + 1, into: base)
        return locus_squared_distance(base, nil, width)
      }
      return Float(square.squareRoot()).nextUp
    }
    largestNorm = norms.max() ?? 0
    // A capped score is rounded a few times more; by the cap itself, no score moves further than without it.
    rounding = locus_product_rounding(width) + (pass.shape.readout.cap == nil ? 0 : 0x1p-21)
  }

  /// How far scores may be from the baseline's at a step, in units of ‖w‖, for a normed state `[hidden]`.
  func distance(of state: UnsafePointer<Float>, from baseline: Baseline, step: Int) -> Float {
    let width = pass.shape.hiddenSize
    let own = baseline.normed.view.reading.row(step)
    let distance = Float(locus_squared_distance(state, own, width).squareRoot())
    let length = Float(locus_squared_distance(own, nil, width).squareRoot())
    return (distance + rounding * (2 * length + distance)) * (1 + 1e-5)
  }

  /// No smaller than this is the margin of a state at that distance; above 0 its choice is the baseline's.
  func leastMargin(at distance: Float, baseline: Baseline, step: Int) -> Float {
    baseline.margins[step] - (norms[Int(baseline.continuation[step])] + largestNorm) * distance * (1 + 1e-5)
  }

  // MARK: Choices

  /// A normed state whose choice is wanted.
  struct Query {
    let row: Int
    let input: Int
    let step: Int
    let distance: Float
  }

  /// The choices of `queries`, which are rows of `states` `[rows, hidden]`; `logits` is scratch for as many columns as
  /// there are tokens.
  func choices(
    _ queries: [Query], states: MatrixView, baselines: [Baseline], logits: Matrix
  ) -> [Sampling.Choice] {
    var choices = Array(repeating: Sampling.Choice(token: 0, margin: .nan), count: queries.count)
    // Queries that look at the same candidates are multiplied together.
    var groups: [Group: [Int]] = [:]
    for (index, query) in queries.enumerated() {
      let levels = candidates(input: query.input, step: query.step, baseline: baselines[query.input])
      let level = levels.firstIndex { $0.reach > query.distance }
      let group = level.map { Group(input: query.input, step: query.step, level: $0) } ?? .wholeHead
      groups[group, default: []].append(index)
    }
    for (group, members) in groups {
      let inputs = Matrix(rows: members.count, columns: states.columns)
      for (row, member) in members.enumerated() {
        inputs.view.row(row).update(from: states.row(queries[member].row), count: states.columns)
      }
      let made =
        group == .wholeHead
        ? pass.greedyChoices(ofNormed: inputs.view.reading, logits: logits)
        : choose(
          inputs.view.reading, logits: logits,
          among: candidates(input: group.input, step: group.step, baseline: baselines[group.input])[group.level].tokens)
      for (member, choice) in zip(members, made) { choices[member] = choice }
    }
    return choices
  }

  private struct Group: Hashable {
    let input: Int
    let step: Int
    let level: Int

    static let wholeHead = Group(input: -1, step: -1, level: -1)
  }

  /// The choices of normed rows among some tokens, ascending.
  private func choose(_ states: MatrixView, logits: Matrix, among tokens: [Int32]) -> [Sampling.Choice] {
    var choices: [Sampling.Choice] = []
    for start in stride(from: 0, to: states.rows, by: logits.rows) {
      let part = start..<min(start + logits.rows, states.rows)
      let scores = logits[rows: 0..<part.count][columns: 0..<tokens.count]
      pass.logits(ofNormed: states[rows: part], tokens: tokens, into: scores)
      for row in 0..<part.count {
        let choice = Sampling.greedy.choose(scores.row(row), noise: nil, vocabularyCount: tokens.count)
        choices.append(Sampling.Choice(token: tokens[Int(choice.token)], margin: choice.margin))
      }
    }
    return choices
  }

  // MARK: Candidates

  private func candidates(input: Int, step: Int, baseline: Baseline) -> [Candidates] {
    if let found = known[input]?[step] { return found }
    let made = makeCandidates(baseline, step: step)
    known[input, default: Array(repeating: nil, count: baseline.stepCount)][step] = made
    return made
  }

  /// A token with the score s can be among the best two only if s + ‖w‖ d reaches what is left of the second best,
  /// s₂ − max(‖w₁‖, ‖w₂‖) d: from the distance d = (s₂ − s) / (‖w‖ + max(‖w₁‖, ‖w₂‖)) on.
  private func makeCandidates(_ baseline: Baseline, step: Int) -> [Candidates] {
    let scores = baseline.logits.view.reading.row(step)
    let best = Int(baseline.continuation[step])
    let others = (0..<norms.count).filter { $0 != best }
    guard let second = others.max(by: { scores[$0] < scores[$1] }) else { return [] }
    let least = max(norms[best], norms[second])
    var reaches: [(reach: Float, token: Int32)] = norms.indices.map { token in
      let apart = scores[second] - scores[token]
      return ((apart * (1 - 1e-5)) / (norms[token] + least), Int32(token))
    }
    let most = min(HeadScreen.candidateCounts.max() ?? 0, norms.count / 4)
    guard most > 2 else { return [] }
    // Only the shortest are sorted.
    let threshold = reaches.map(\.reach).shortest(most)
    reaches = reaches.filter { $0.reach <= threshold }.sorted { $0.reach < $1.reach }
    let counts = HeadScreen.candidateCounts.filter { $0 < reaches.count }
    return counts.map { count in
      Candidates(tokens: reaches[..<count].map(\.token).sorted(), reach: reaches[count].reach)
    }
  }
}

extension [Float] {
  /// The largest of the `count` smallest elements (quickselect; Hoare 1961).
  fileprivate func shortest(_ count: Int) -> Float {
    var values = self
    var low = 0
    var high = values.count - 1
    let wanted = Swift.min(count, values.count) - 1
    while low < high {
      let pivot = values[(low + high) / 2]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if wanted <= right {
        high = right
      } else if wanted >= left {
        low = left
      } else {
        break
      }
    }
    return values[wanted]
  }
}

import Statistics

/// The losses of all paragraphs, in nats a token.
struct PatchingScores {
  /// Losses of a text's tokens, `[row][token]`.
  typealias Losses = [[Double]]

  /// The runs of each paragraph.
  let plan: RunPlan
  /// The number of layers.
  let layers: Range<Int>
  /// The greatest difference of logits between the two routes, by row; none where they were not compared.
  let differences: [Double]
  /// The greatest of these; not a number where one is not, and nil where the routes were not compared.
  var difference: Double? {
    differences.contains(where: \.isNaN) ? .nan : differences.max()
  }
  /// Paragraphs of one task, with what is found of them.
  let effects: [PatchingEffect]
  private let full: Losses
  private let transplants: [[[Double]]]

  init(
    _ study: Patching, _ paragraphs: Paragraphs, _ plan: RunPlan, full: Losses, transplants: [[[Double]]],
    differences: [Double]
  ) {
    (self.plan, self.full, self.transplants, self.differences) = (plan, full, transplants, differences)
    layers = 0..<(study.byLayer ? plan.runs[0].edits.count : 0)
    let layers = self.layers
    func run(_ number: Int?, _ rows: [Int]) -> Losses? { number.map { number in rows.map { transplants[$0][number] } } }
    effects = paragraphs.tasks.map { task in
      let rows = paragraphs.rows(ofTask: task)
      let losses = PatchingEffect.Losses(
        full: rows.map { full[$0] }, neutral: rows.map { transplants[$0][plan.neutral] },
        transferred: run(plan.run(.transferred), rows) ?? [],
        mismatched: run(plan.run(.mismatched), rows), attentionOnly: run(plan.run(.attentionOnly), rows),
        mlpOnly: run(plan.run(.mlpOnly), rows),
        single: layers.map { layer in rows.map { transplants[$0][plan.run(single: layer)] } },
        upTo: layers.map { layer in rows.map { transplants[$0][plan.run(upTo: layer)] } })
      return PatchingEffect(task: task, losses, seriesCount: paragraphs.tasks.count)
    }
  }

  /// The losses in a context: of the tokens that are not given, `[row][token]`.
  func losses(_ context: PatchContext) -> Losses {
    switch context {
    case .condition(.full): full
    // Each token is predicted by all before it: what is given only is not scored.
    case .neutral(let given): transplants.map { Array($0[plan.neutral].dropFirst(given)) }
    case .condition(let condition): plan.run(condition).map { run in transplants.map { $0[run] } } ?? []
    }
  }

  /// The losses of a run, `[row][token]`.
  func losses(run: Int) -> Losses { transplants.map { $0[run] } }
}

extension PatchingScores.Losses {
  /// The mean over all tokens of all rows.
  var meanOfTokens: Double { flatMap { $0 }.mean }

  /// The sum of each row.
  var sums: [Double] { map { $0.reduce(0, +) } }

  /// The number of tokens of all rows.
  var tokenCount: Int { reduce(0) { $0 + $1.count } }
}

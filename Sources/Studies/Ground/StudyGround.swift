import Basics
import Perturbations
import Tokenizers
import Transformer

/// What a study stands on: a host, named texts, and ranks that share its pieces. Its methods do what studies have in
/// common, each as one stage of the run; all of them are collective.
public final class StudyGround {
  /// The forward pass over the host, with the units of all masks at zero.
  public let pass: ForwardPass
  /// The tokenizer; nil where none was found, which only studies that write texts need.
  public let tokenizer: (any Tokenizer)?
  /// The named sets of texts.
  public let texts: StudyTexts
  /// How pieces are shared.
  public let stages: StudyStages
  /// Tokens of a panel at most.
  public let panelTokens: Int
  private let rowPass: RowPass

  /// Studies of a model on texts; `panelTokens` bounds memory and changes no result.
  public init(
    _ pass: ForwardPass, texts: StudyTexts, tokenizer: (any Tokenizer)? = nil, stages: StudyStages = StudyStages(),
    panelTokens: Int = 4096
  ) {
    self.pass = pass
    self.texts = texts
    self.tokenizer = tokenizer
    self.stages = stages
    self.panelTokens = max(panelTokens, texts.longestRow)
    rowPass = RowPass(pass, capacity: self.panelTokens)
  }

  /// The same ground with another model of the same shape, such as an untrained one, and nothing masked.
  public func with(_ model: Model) -> StudyGround {
    StudyGround(
      ForwardPass(model: model, positionCount: pass.positionCount, threads: pass.workspace.threads), texts: texts,
      tokenizer: tokenizer, stages: stages, panelTokens: panelTokens)
  }

  /// The shape of the host.
  public var shape: HostShape { pass.shape }

  /// The token in front of every row; empty where the model has none.
  public var begin: [Int32] { shape.beginToken.map { [$0] } ?? [] }

  /// Statistics leave out the token that begins a row, whose activations are alike in every text, and outliers.
  public var firstCounted: Int { begin.count }

  /// The units of a site.
  public func grid(_ site: Site) throws -> UnitGrid { try UnitGrid(shape, site) }

  // MARK: Statistics

  /// Statistics of every unit of some sites over rows, under an edit of the model if there is one.
  ///
  /// Cost: a pass over all rows. The parts are at most 64 and the same for any number of ranks.
  public func statistics(
    _ sites: [Site], of rows: [StudyRow], under edit: (any Hook)? = nil
  ) throws -> [Site: UnitStatistics] {
    try statistics([StatisticsRequest(sites, of: rows, under: edit)])[0]
  }

  /// The mean magnitude of every unit of a site over the positions of each row, `[row][layer · width + unit]`.
  public func rowMagnitudes(_ site: Site, of rows: [StudyRow]) throws -> [[Double]] {
    let grid = try grid(site)
    let pieces = try stages.evaluate(
      "weighing rows", costs: rows.map { StudyCost.pass(shape, tokens: $0.count) },
      sizes: rows.map { _ in grid.count }
    ) { row in
      let hook = try StatisticsHook(sites: [site], shape: shape, from: firstCounted)
      rowPass.run(rows[row...row], hook: hook) { hook.finish($0) }
      return hook.statistics[site]?.values(.abs) ?? []
    }
    return try pieces.all()
  }

  // MARK: Predictions

  /// How well the targets of some texts are predicted under each of some edits, of which nil is none: `[edit][text]`.
  /// `common` targets are those that `skip50` leaves out.
  ///
  /// Cost: a pass over all rows with their readout for each edit, less the hidden units that it replaces.
  public func scores(
    under edits: [(any Hook)?], of texts: [TextSet], common: Set<Int32> = [], phase: String = "scoring edits"
  ) throws -> [[PredictionScores]] {
    let parts = texts.enumerated().flatMap { text, set in
      let parts = RowParts(set.rows, atMost: set.rows.count, tokens: StudyCost.pieceTokens(shape))
      return zip(parts.ranges, parts.costs(shape, readout: true)).map { (text: text, rows: $0, cost: $1) }
    }
    let starts = FirstBlocks(shape, capacity: panelTokens)
    let pieces = try stages.evaluate(
      phase, costs: edits.flatMap { _ in parts.map(\.cost) },
      sizes: Array(repeating: PredictionScores.numberCount, count: edits.count * parts.count)
    ) { piece in
      var scores = PredictionScores()
      let part = parts[piece % parts.count]
      let rows = Array(texts[part.text].rows[part.rows])
      rowPass.predictions(rows, under: edits[piece / parts.count], starts: starts) { _, token, prediction in
        scores.add(prediction, isCommon: common.contains(token))
      }
      return scores.numbers
    }
    return try edits.indices.map { edit in
      var scores = [PredictionScores](repeating: PredictionScores(), count: texts.count)
      for (number, part) in parts.enumerated() {
        scores[part.text].join(PredictionScores(numbers: try pieces[edit * parts.count + number]))
      }
      return scores
    }
  }

  /// Shows this rank's own pass to the body of a piece: for passes that the methods above do not cover.
  public func withPass<Result>(_ body: (RowPass) throws -> Result) rethrows -> Result { try body(rowPass) }
}

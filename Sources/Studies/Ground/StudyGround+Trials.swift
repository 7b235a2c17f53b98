import Transformer

/// A text that is scored under an edit of the model.
public struct StudyTrial {
  /// The edit; nil: none.
  public let edit: (any Hook)?
  /// The text.
  public let text: TextSet

  /// Takes an edit and a text.
  public init(_ edit: (any Hook)?, _ text: TextSet) {
    self.edit = edit
    self.text = text
  }
}

extension StudyGround {
  /// How well the targets of each trial's text are predicted under its edit, all trials in one stage.
  ///
  /// Cost: a pass over the rows of each trial's text with their readout, less the hidden units that its edit replaces.
  public func scores(of trials: [StudyTrial], phase: String = "scoring edits") throws -> [PredictionScores] {
    let parts = trials.enumerated().flatMap { trial, asked in
      let parts = RowParts(
        asked.text.rows, atMost: asked.text.rows.count, tokens: StudyCost.pieceTokens(shape))
      return zip(parts.ranges, parts.costs(shape, readout: true)).map { (trial: trial, rows: $0, cost: $1) }
    }
    let starts = FirstBlocks(shape, capacity: panelTokens)
    let pieces = try stages.evaluate(
      phase, costs: parts.map(\.cost), sizes: parts.map { _ in PredictionScores.numberCount }
    ) { piece in
      let part = parts[piece]
      let trial = trials[part.trial]
      var scores = PredictionScores()
      withPass { pass in
        pass.predictions(Array(trial.text.rows[part.rows]), under: trial.edit, starts: starts) { _, _, prediction in
          scores.add(prediction, isCommon: false)
        }
      }
      return scores.numbers
    }
    var scores = trials.map { _ in PredictionScores() }
    for (number, part) in parts.enumerated() {
      scores[part.trial].join(PredictionScores(numbers: try pieces[number]))
    }
    return scores
  }
}

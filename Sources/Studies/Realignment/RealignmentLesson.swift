import LinearAlgebra
import Training
import Transformer

/// What a side network is trained on and judged by: a model, rows to learn and held-out rows.
final class RealignmentLesson {
  let ground: StudyGround
  let plan: RealignmentPlan
  let rows: [[Int32]]
  private let held: [[Int32]]
  private let tape: ForwardTape

  private var layerCount: Int { ground.shape.layerCount }

  init(_ ground: StudyGround, _ plan: RealignmentPlan, rows: [[Int32]], held: [[Int32]]) {
    self.ground = ground
    self.plan = plan
    self.rows = rows
    self.held = held
    let longest = (rows + held).map(\.count).max() ?? 1
    tape = ForwardTape(pass: ground.pass, capacity: longest * max(plan.batch, held.count))
  }

  // MARK: Loss

  /// The part of a batch's loss that some of its rows have under a network, with its gradient where that is wanted, and
  /// the squared lengths of the gradients at the layers. Without parameters nothing is added to the model.
  func loss(
    _ batch: RealignmentBatch, rows: Range<Int>, _ network: SideNetwork, _ parameters: ParameterValues?,
    penalty: Double, to gradient: ParameterValues? = nil
  ) -> (loss: Double, squares: [Double]) {
    let sequences = Array(batch.sequences[rows])
    let positions = batch.positions(rows)
    guard !positions.isEmpty else { return (0, Array(repeating: 0, count: layerCount)) }
    let pass = SidePass(network, capacity: positions.count, threads: ground.pass.workspace.threads)
    let injection = parameters.map { Injection(pass, $0, layerCount: layerCount) }
    tape.run(sequences, hook: injection)
    let logits = Matrix(rows: positions.count, columns: ground.shape.vocabularyCount)
    tape.logits(ofScored: 0..<positions.count, into: logits.view)
    var loss = CrossEntropy.differentiate(
      logits.view, targets: Array(batch.targets[positions]), weights: Array(batch.weights[positions]))
    if penalty > 0, let additions = injection?.additions {
      loss += penalty / Double(layerCount) * magnitude(additions)
    }
    guard let gradient, let parameters, let injection, let additions = injection.additions else {
      return (loss, Array(repeating: 0, count: layerCount))
    }
    let reverse = ReversePass(tape)
    reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<positions.count)
    reverse.run(hook: injection)
    if penalty > 0 { add(penalty, on: additions, to: pass.outputSlope) }
    pass.addGradient(parameters, to: gradient)
    return (loss, injection.slopeSquares)
  }

  private func magnitude(_ additions: MatrixView) -> Double {
    (0..<additions.rows).reduce(0.0) { sum, row in
      (0..<additions.columns).reduce(sum) { $0 + Double(abs(additions[row, $1])) }
    }
  }

  private func add(_ penalty: Double, on additions: MatrixView, to slope: MutableMatrixView) {
    let weight = Float(penalty / Double(layerCount))
    for row in 0..<additions.rows {
      for place in 0..<additions.columns {
        let value = additions[row, place]
        slope[row, place] += value > 0 ? weight : value < 0 ? -weight : 0
      }
    }
  }

  /// The loss of held-out rows under a network, without the penalty.
  func heldLoss(_ network: SideNetwork, _ parameters: ParameterValues) -> Double {
    loss(RealignmentBatch(held, plan), rows: 0..<held.count, network, parameters, penalty: 0).loss
  }

  /// The loss of held-out rows without additions.
  func hostLoss(_ network: SideNetwork) -> Double {
    let plain = RealignmentPlan(
      steps: 1, batch: 1, rate: 0, decay: 1, penalty: 0, isShuffled: false, shards: 1, isWatched: false,
      hasQuirks: false)
    return loss(RealignmentBatch(held, plain), rows: 0..<held.count, network, nil, penalty: 0).loss
  }

  // MARK: Additions

  /// The additions of a network to all positions of rows, `[positions, hidden · layers]`.
  private func additions(
    of rows: [[Int32]], _ network: SideNetwork, _ parameters: ParameterValues
  ) -> MatrixView {
    let count = rows.reduce(0) { $0 + $1.count }
    let pass = SidePass(network, capacity: count, threads: ground.pass.workspace.threads)
    let injection = Injection(pass, parameters, layerCount: layerCount)
    tape.run(rows, hook: injection)
    guard let additions = injection.additions else { preconditionFailure("the first layer was run") }
    return additions
  }

  /// The mean addition of a network over all positions of held-out rows, `[layer][index]`.
  func additions(_ network: SideNetwork, _ parameters: ParameterValues) -> [[Double]] {
    let all = additions(of: held, network, parameters)
    let hidden = ground.shape.hiddenSize
    return (0..<layerCount).map { layer in
      (0..<hidden).map { index in
        (0..<all.rows).reduce(0.0) { $0 + Double(all[$1, index * layerCount + layer]) } / Double(all.rows)
      }
    }
  }

  // MARK: Covariates

  /// What indices are like without any additions, by name.
  lazy var covariates: [(name: String, values: [Double])] = {
    let (model, hidden) = (ground.pass.model, ground.shape.hiddenSize)
    func columnNorms(_ rows: Int, _ fill: (Int, UnsafeMutablePointer<Float>) -> Void) -> [Double] {
      var squares = [Double](repeating: 0, count: hidden)
      let buffer = Matrix(rows: 1, columns: hidden)
      for row in 0..<rows {
        fill(row, buffer.view.base)
        for index in 0..<hidden { squares[index] += Double(buffer.view[0, index]) * Double(buffer.view[0, index]) }
      }
      return squares.map { $0.squareRoot() }
    }
    let head = model.head
    let (mean, last) = residuals
    return [
      ("final_gain", model.finalNorm.gain.map { abs(Double($0)) }),
      (
        "head_column",
        columnNorms(head.rows) { row, target in head.weight.widen(rows: row..<row + 1, into: target) }
      ),
      (
        "embedding_column",
        columnNorms(model.embedding.rows) { row, target in model.embedding.widen(rows: row..<row + 1, into: target) }
      ),
      ("mean_residual", mean), ("last_residual", last),
    ]
  }()

  /// The mean magnitude of the residual stream behind each layer on held-out rows, over layers, and behind the last.
  private var residuals: (mean: [Double], last: [Double]) {
    tape.run(held, hook: nil)
    let hidden = ground.shape.hiddenSize
    let layers = (1...layerCount).map { layer -> [Double] in
      let stream = tape.stream(layer)
      return (0..<hidden).map { index in
        (0..<stream.rows).reduce(0.0) { $0 + Double(abs(stream[$1, index])) } / Double(stream.rows)
      }
    }
    let mean = (0..<hidden).map { index in layers.reduce(0) { $0 + $1[index] } / Double(layerCount) }
    return (mean, layers[layerCount - 1])
  }
}

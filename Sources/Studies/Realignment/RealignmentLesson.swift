import LinearAlgebra
import Training
import Transformer

/// What a side network is trained on and judged by: a model, rows to learn and held-out rows.
///
/// Rows run in groups of a bounded number of tokens, which depends on the shape alone, so that neither long batches nor
/// many held-out rows take more memory.
final class RealignmentLesson {
  let ground: StudyGround
  let plan: RealignmentPlan
  /// The layers that get additions, ascending.
  let layers: [Int]
  let rows: [[Int32]]
  let network: SideNetwork
  private let held: [[Int32]]
  private let tape: ForwardTape
  private let groupTokens: Int

  /// Logits of a group at most.
  private static let logitLimit = 1 << 26

  init(
    _ ground: StudyGround, _ plan: RealignmentPlan, layers: [Int], _ network: SideNetwork, rows: [[Int32]],
    held: [[Int32]]
  ) {
    self.ground = ground
    self.plan = plan
    self.layers = layers
    self.network = network
    self.rows = rows
    self.held = held
    let tokens = max(
      1, min(StudyCost.pieceTokens(ground.shape), Self.logitLimit / max(1, ground.shape.vocabularyCount)))
    groupTokens = tokens
    let longest = (rows + held).map(\.count).max() ?? 1
    tape = ForwardTape(
      pass: ground.pass, capacity: max(longest, min(tokens, longest * max(plan.batch, held.count))))
  }

  // MARK: Loss

  /// The part of a batch's loss that some of its rows have under a network, with its gradient where that is wanted, and
  /// the squared lengths of the gradients at the layers. Without parameters nothing is added to the model.
  func loss(
    _ batch: RealignmentBatch, rows: Range<Int>, _ parameters: ParameterValues?, penalty: Double,
    to gradient: ParameterValues? = nil
  ) -> (loss: Double, squares: [Double]) {
    var sum = (loss: 0.0, squares: [Double](repeating: 0, count: layers.count))
    for group in batch.groups(rows, tokens: groupTokens) {
      let part = groupLoss(batch, rows: group, parameters, penalty: penalty, to: gradient)
      sum.loss += part.loss
      for slot in layers.indices { sum.squares[slot] += part.squares[slot] }
    }
    return sum
  }

  private func groupLoss(
    _ batch: RealignmentBatch, rows: Range<Int>, _ parameters: ParameterValues?, penalty: Double,
    to gradient: ParameterValues?
  ) -> (loss: Double, squares: [Double]) {
    let positions = batch.positions(rows)
    let pass = sidePass(positions.count)
    let injection = parameters.map { Injection(pass, $0, layers: layers) }
    tape.run(Array(batch.sequences[rows]), hook: injection)
    let logits = Matrix(rows: positions.count, columns: ground.shape.vocabularyCount)
    tape.logits(ofScored: 0..<positions.count, into: logits.view)
    var loss = CrossEntropy.differentiate(
      logits.view, targets: Array(batch.targets[positions]), weights: Array(batch.weights[positions]))
    let none = [Double](repeating: 0, count: layers.count)
    guard let parameters, let injection, let additions = injection.additions else { return (loss, none) }
    if penalty > 0 { loss += penalty / Double(layers.count) * magnitude(additions) }
    guard let gradient else { return (loss, none) }
    let reverse = ReversePass(tape)
    reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<positions.count)
    reverse.run(hook: injection)
    if penalty > 0 { add(penalty, on: additions, to: pass.outputSlope) }
    pass.addGradient(parameters, to: gradient)
    return (loss, injection.slopeSquares)
  }

  private func sidePass(_ capacity: Int) -> SidePass {
    SidePass(network, capacity: capacity, threads: ground.pass.workspace.threads)
  }

  private func magnitude(_ additions: MatrixView) -> Double {
    (0..<additions.rows).reduce(0.0) { sum, row in
      (0..<additions.columns).reduce(sum) { $0 + Double(abs(additions[row, $1])) }
    }
  }

  private func add(_ penalty: Double, on additions: MatrixView, to slope: MutableMatrixView) {
    let weight = Float(penalty / Double(layers.count))
    for row in 0..<additions.rows {
      for place in 0..<additions.columns {
        let value = additions[row, place]
        slope[row, place] += value > 0 ? weight : value < 0 ? -weight : 0
      }
    }
  }

  /// The loss of held-out rows under a network, without the penalty.
  func heldLoss(_ parameters: ParameterValues) -> Double {
    loss(RealignmentBatch(held, plan), rows: held.indices, parameters, penalty: 0).loss
  }

  /// The mean of −ln p of held-out rows without additions.
  func hostLoss() -> Double {
    loss(RealignmentBatch(held, .plain), rows: held.indices, nil, penalty: 0).loss
  }

  // MARK: Additions

  /// The mean addition of a network over all positions of held-out rows, `[slot][index]`.
  func additions(_ parameters: ParameterValues) -> [[Double]] {
    let hidden = ground.shape.hiddenSize
    var sums = [[Double]](repeating: [Double](repeating: 0, count: hidden), count: layers.count)
    var count = 0
    for group in RealignmentBatch.groups(held, held.indices, tokens: groupTokens) {
      let own = Array(held[group])
      let injection = Injection(sidePass(own.reduce(0) { $0 + $1.count }), parameters, layers: layers)
      tape.run(own, hook: injection)
      guard let additions = injection.additions else { preconditionFailure("the first layer was run") }
      for row in 0..<additions.rows {
        for slot in layers.indices {
          for index in 0..<hidden { sums[slot][index] += Double(additions[row, index * layers.count + slot]) }
        }
      }
      count += additions.rows
    }
    return sums.map { $0.map { $0 / Double(count) } }
  }

  // MARK: Covariates

  /// What indices are like without any additions.
  lazy var covariates = IndexCovariates(ground.pass.model, residuals: residuals)

  /// The mean magnitude of the residual stream behind each layer on held-out rows, `[layer][index]`.
  private var residuals: [[Double]] {
    let (hidden, layerCount) = (ground.shape.hiddenSize, ground.shape.layerCount)
    var sums = [[Double]](repeating: [Double](repeating: 0, count: hidden), count: layerCount)
    for group in RealignmentBatch.groups(held, held.indices, tokens: groupTokens) {
      tape.run(Array(held[group]), hook: nil)
      for layer in 0..<layerCount {
        let stream = tape.stream(layer + 1)
        for row in 0..<stream.rows {
          for index in 0..<hidden { sums[layer][index] += Double(abs(stream[row, index])) }
        }
      }
    }
    let count = Double(held.reduce(0) { $0 + $1.count })
    return sums.map { $0.map { $0 / count } }
  }

  // MARK: Continuations

  /// The likeliest continuations of prompts by so many tokens, under a network or, without parameters, under none.
  /// Collective.
  func continuations(_ prompts: [[Int32]], tokens: Int, _ parameters: ParameterValues?) throws -> [[Int32]] {
    let capacity = prompts.reduce(0) { $0 + $1.count } + prompts.count
    let injection = parameters.map { Injection(sidePass(capacity), $0, layers: layers, isDecoding: true) }
    return try ground.continuations(
      prompts.map { SampleRequest($0, key: "", steps: 0..<tokens) }, by: Self.likeliest, under: injection)
  }

  /// At so low a temperature only the likeliest token has a part.
  private static let likeliest = PortableSampling(temperature: 1e-9)
}

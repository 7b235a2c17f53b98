import LinearAlgebra
import Transformer

/// The pieces of the study on one host: each Jacobian is decomposed, then read in the singular bases of the others it
/// is compared with, and the path of each prompt's last token is followed.
final class CouplingStages {
  private let ground: StudyGround
  private let prompts: [StudyRow]
  private let places: [PromptPlaces]
  private let frames: RandomFrames
  private let leading: Int
  private let isBuilt: Bool
  private let tape: ForwardTape
  /// The prompt that is on the tape.
  private var taped: Int?
  /// Jacobians that this rank has as matrices, since a second stage asks for them again.
  private var kept: [JacobianKey: ResidualJacobian] = [:]

  private struct JacobianKey: Hashable {
    let prompt: Int
    let place: BlockPlace
  }

  /// Bytes of Jacobians that are kept at most.
  private static let limit = 512 << 20

  /// Takes the host's ground, prompts as tokens, and the Jacobians of each. Whether Jacobians are made as matrices is
  /// decided by the widths alone.
  init(_ ground: StudyGround, prompts: [StudyRow], places: [PromptPlaces], frames: RandomFrames, leading: Int) {
    self.ground = ground
    self.prompts = prompts
    self.places = places
    self.frames = frames
    self.leading = leading
    isBuilt = CouplingStages.isBuilt(ground.shape, frames: frames, leading: leading)
    tape = ForwardTape(pass: ground.pass, capacity: prompts.map(\.count).max() ?? 1)
  }

  private var hidden: Int { ground.shape.hiddenSize }

  /// Whether Jacobians of a host are made as matrices.
  static func isBuilt(_ shape: HostShape, frames: RandomFrames, leading: Int) -> Bool {
    ResidualJacobian.isBuilt(
      shape, layer: 0, leading: leading, count: shape.layerCount, random: frames.drawCount * frames.vectorCount)
  }

  /// What is no product of many rows, in operations of such products that take as long: measured on the demo model.
  private enum Weight {
    /// The weight of the cube of the stream's width, for the singular values and vectors of a matrix in double.
    static let decomposition = 50.0
    /// The weight of a byte that is cleared and written once, or kept and read again.
    static let byte = 60.0
    /// The weight of an operation of products with few vectors.
    static let narrow = 4.0
    /// The weight of a pass of a prompt, for its path: tangents of one token through parts of blocks.
    static let path = 16.0
    /// The weight of a number of a host that loses its training: it is drawn, or takes another one's place.
    static let number = 6000.0
  }

  /// Operations of decomposing a Jacobian, and those of comparing it with each of `count` bases and with random ones.
  private static func operations(
    _ shape: HostShape, frames: RandomFrames, leading: Int, count: Int
  ) -> (decomposing: Double, comparing: Double) {
    let isBuilt = isBuilt(shape, frames: frames, leading: leading)
    func all(_ count: Int, _ random: Int) -> Double {
      let both = ResidualJacobian.operations(shape, layer: 0, leading: leading, count: count, random: random)
      return isBuilt ? both.built : both.products
    }
    let (decomposing, width) = (all(0, 0), Double(shape.hiddenSize))
    // The derivatives of a block at the source and at the target.
    let panels = 2 * min(shape.hiddenSize, ResidualJacobian.capacity) * Panel.bytesPerRow(shape: shape)
    let record = MemoryLayout<Double>.stride * JacobianRecord.numberCount(hidden: shape.hiddenSize, leading: leading)
    return (
      decomposing + (isBuilt ? Weight.decomposition * width * width * width : 0) + Weight.byte * Double(panels),
      Weight.narrow * (all(count, frames.drawCount * frames.vectorCount) - decomposing)
        + Weight.byte * Double(count * record)
    )
  }

  /// Operations of making a host that loses its training.
  static func hostOperations(_ shape: HostShape) -> Double {
    Weight.number * (shape.matrixElements + Double(shape.vocabularyCount * shape.hiddenSize))
  }

  /// Operations of following the path of a prompt of so many tokens.
  static func pathOperations(_ shape: HostShape, tokens: Int) -> Double {
    Weight.path * StudyCost.pass(shape, tokens: tokens)
  }

  /// Operations of all Jacobians of a prompt.
  static func operations(_ shape: HostShape, frames: RandomFrames, leading: Int, _ prompt: PromptPlaces) -> Double {
    func both(_ count: Int) -> (decomposing: Double, comparing: Double) {
      operations(shape, frames: frames, leading: leading, count: count)
    }
    return Double(prompt.places.count) * both(0).decomposing
      + prompt.series.reduce(0) { $0 + Double($1.count) * both($1.count).comparing }
  }

  // MARK: Jacobians

  /// The residual stream of a prompt before a layer, `[tokens, hidden]`.
  private func stream(_ prompt: Int, _ layer: Int) -> MatrixView {
    if taped != prompt {
      tape.run([prompts[prompt].prompt])
      taped = prompt
    }
    return tape.stream(layer)
  }

  private func jacobian(_ prompt: Int, _ place: BlockPlace) -> ResidualJacobian {
    let key = JacobianKey(prompt: prompt, place: place)
    if let found = kept[key] { return found }
    let found = ResidualJacobian(ground.pass, place, stream: stream(prompt, place.layer), isBuilt: isBuilt)
    keep(found, key)
    return found
  }

  private func keep(_ jacobian: ResidualJacobian, _ key: JacobianKey) {
    jacobian.releaseBlock()
    let bytes = hidden * hidden * MemoryLayout<Float>.stride
    if isBuilt, (kept.count + 1) * bytes <= CouplingStages.limit { kept[key] = jacobian }
  }

  /// Decomposes all Jacobians: a record for each place of each prompt, prompt after prompt.
  func decompose() throws -> StudyStages.Pieces {
    let pieces = places.indices.flatMap { prompt in places[prompt].places.map { (prompt: prompt, place: $0) } }
    return try ground.stages.evaluate(
      "decomposing Jacobians",
      costs: pieces.map { _ in
        CouplingStages.operations(ground.shape, frames: frames, leading: leading, count: 0).decomposing
      },
      sizes: pieces.map { _ in JacobianRecord.numberCount(hidden: hidden, leading: leading) }
    ) { piece in
      let (prompt, place) = pieces[piece]
      let jacobian = ResidualJacobian(ground.pass, place, stream: stream(prompt, place.layer), isBuilt: isBuilt)
      let record = try JacobianRecord(jacobian, leading: leading, hidden: hidden)
      keep(jacobian, JacobianKey(prompt: prompt, place: place))
      return record.numbers
    }
  }

  // MARK: Coupling

  /// Reads each Jacobian of each series in the bases of all of the series: a `CouplingRow` for each, series after
  /// series of one prompt after the other.
  func couple(_ records: StudyStages.Pieces) throws -> StudyStages.Pieces {
    let first = places.indices.map { prompt in places[..<prompt].reduce(0) { $0 + $1.places.count } }
    let pieces = places.indices.flatMap { prompt in
      places[prompt].series.flatMap { series in series.map { (prompt: prompt, series: series, place: $0) } }
    }
    return try ground.stages.evaluate(
      "coupling blocks",
      costs: pieces.map {
        CouplingStages.operations(ground.shape, frames: frames, leading: leading, count: $0.series.count).comparing
      },
      sizes: pieces.map { CouplingRow.numberCount(count: $0.series.count, widths: frames.widths.count) }
    ) { piece in
      let (prompt, series, own) = pieces[piece]
      func record(_ place: Int) throws -> JacobianRecord {
        JacobianRecord(try records[first[prompt] + place], hidden: hidden, leading: leading)
      }
      let jacobian = jacobian(prompt, places[prompt].places[own])
      let values = try record(own).values
      let others = try series.map { try couplings(jacobian, values, in: try record($0)) }
      return CouplingRow(
        direct: others.map(\.direct), exchanged: others.map(\.exchanged), null: try null(jacobian, values)
      ).numbers
    }
  }

  /// The coupling of a Jacobian with its singular values in the bases of another one, and with these exchanged.
  private func couplings(
    _ jacobian: ResidualJacobian, _ values: [Double], in other: JacobianRecord
  ) throws -> (direct: [BlockCoupling], exchanged: [BlockCoupling]) {
    let (left, right) = (Matrix(other.left), Matrix(other.right))
    let both = Matrix(rows: 2 * leading, columns: hidden)
    both[rows: 0..<leading].copy(right.view.reading)
    both[rows: leading..<2 * leading].copy(left.view.reading)
    let images = jacobian.multiply(both.view.reading)
    let product = Matrix(rows: leading, columns: leading)
    func coupling(_ side: Matrix, _ images: MatrixView) -> [BlockCoupling] {
      product.view.assignProduct(
        of: side.view.reading, withTransposeOf: WeightView(images), in: ground.pass.workspace)
      return BlockCoupling.all(product.view.reading, singular: values, widths: frames.widths)
    }
    return (
      coupling(left, images[rows: 0..<leading].reading), coupling(right, images[rows: leading..<2 * leading].reading)
    )
  }

  /// The mean coupling of a Jacobian in random bases, for each width.
  private func null(_ jacobian: ResidualJacobian, _ values: [Double]) throws -> [Double] {
    var sums = frames.widths.map { _ in 0.0 }
    for number in 0..<frames.drawCount {
      let draw = try frames.draw(number)
      let images = jacobian.multiply(draw.right.view.reading)
      var start = 0
      for (place, width) in frames.widths.enumerated() {
        let product = Matrix(rows: width, columns: width)
        product.view.assignProduct(
          of: draw.left[rows: start..<start + width].reading,
          withTransposeOf: WeightView(images[rows: start..<start + width].reading), in: ground.pass.workspace)
        sums[place] += BlockCoupling.all(product.view.reading, singular: values, widths: [width])[0].norm
        start += width
      }
    }
    return sums.map { $0 / Double(frames.drawCount) }
  }

  // MARK: Paths

  /// Follows the last token of each prompt through all layers: a `PathRecord` for each.
  func follow() throws -> StudyStages.Pieces {
    let layerCount = ground.shape.layerCount
    return try ground.stages.evaluate(
      "following tokens", costs: prompts.map { CouplingStages.pathOperations(ground.shape, tokens: $0.count) },
      sizes: prompts.map { _ in PathRecord.numberCount(layerCount: layerCount) }
    ) { prompt in
      let last = prompts[prompt].count - 1
      let points = (0...layerCount).map { stream(prompt, $0).values(last) }
      let tangents = TangentPass(tape)
      let rules = (0..<layerCount).map { HalfRules(tangents, layer: $0) }
      return PathRecord(
        path: TokenPath(points: points, linear: linear(prompt, points[0])), rules: rules,
        backwards: backwards(prompt)
      ).numbers
    }
  }

  /// ∏ (1 + J_l) x_0 at the last token.
  private func linear(_ prompt: Int, _ start: [Double]) -> [Double] {
    let last = prompts[prompt].count - 1
    let point = Matrix(DoubleMatrix(rows: 1, columns: hidden, values: start))
    let next = Matrix(rows: 1, columns: hidden)
    for layer in 0..<ground.shape.layerCount {
      let block = BlockJacobian(pass: ground.pass, layer: layer, stream: stream(prompt, layer), capacity: 1)
      block.multiply(point.view.reading, from: last, to: last, into: next.view)
      point.view.copy(next.view.reading)
    }
    return point.view.reading.values(0)
  }

  /// The greatest entry of the probe's product with the Jacobian of the middle layer from the last token to the first,
  /// which is 0 in a model that sees no token behind; not a number where a prompt has one token.
  private func backwards(_ prompt: Int) -> Double {
    guard prompts[prompt].count > 1 else { return .nan }
    let layer = ground.shape.layerCount / 2
    let place = BlockPlace(layer: layer, source: prompts[prompt].count - 1, target: 0)
    let jacobian = ResidualJacobian(ground.pass, place, stream: stream(prompt, layer), isBuilt: false, capacity: 1)
    let probe = JacobianRecord.probe(hidden)
    return jacobian.multiply(probe.view.reading).view.reading.values(0).map(abs).max() ?? 0
  }
}

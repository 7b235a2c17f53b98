import Perturbations
import Transformer

/// The stages of paragraph patching: the whole texts, the transplants, and what the model writes.
///
/// Collective. What the pieces are depends on the paragraphs and the shape of the model alone.
struct PatchingStages {
  /// What a study stands on.
  let ground: StudyGround
  /// The paragraphs.
  let paragraphs: Paragraphs
  /// The runs of each paragraph.
  let plan: RunPlan
  /// A pass over whole texts, where these are longer than the ground's rows.
  let longPass: RowPass?
  private let readings: LastPiece
  private let parts: [Range<Int>]

  /// Runs the whole texts, which gives their losses and what is to be transplanted.
  init(
    _ ground: StudyGround, _ paragraphs: Paragraphs, _ plan: RunPlan, checksRoutes: Bool, steps: Int
  ) throws {
    let longest = paragraphs.longest(steps: steps)
    let longPass = longest > ground.panelTokens ? RowPass(ground.pass, capacity: longest) : nil
    let lengths = paragraphs.rows.map { $0.before.count + $0.after.count }
    let parts = Self.parts(lengths, tokens: StudyCost.pieceTokens(ground.shape))
    let column = Column.numberCount(ground.shape, count: paragraphs.count)
    let reader = ParagraphReader(ground, paragraphs, longPass, checksRoutes: checksRoutes)
    readings = LastPiece(
      try ground.stages.evaluate(
        "reading paragraphs", costs: parts.map { reader.cost($0) },
        sizes: parts.map { part in part.reduce(0) { $0 + paragraphs.rows[$1].after.count + 1 + column } }
      ) { reader.numbers(parts[$0]) })
    (self.ground, self.paragraphs, self.plan, self.longPass) = (ground, paragraphs, plan, longPass)
    self.parts = parts
  }

  /// Consecutive rows of about so many tokens together.
  static func parts(_ lengths: [Int], tokens wanted: Int) -> [Range<Int>] {
    var (parts, start, sum) = ([Range<Int>](), 0, 0)
    for (row, length) in lengths.enumerated() {
      if row > start, sum + length > wanted {
        parts.append(start..<row)
        (start, sum) = (row, 0)
      }
      sum += length
    }
    return start < lengths.count ? parts + [start..<lengths.count] : parts
  }

  // MARK: Whole texts

  /// The losses of a paragraph's tokens behind its whole text, the greatest difference between the two routes, and the
  /// activations of its opening tokens.
  func reading(_ row: Int) throws -> (losses: [Double], difference: Double, column: Column) {
    let size = Column.numberCount(ground.shape, count: paragraphs.count)
    guard let part = parts.firstIndex(where: { $0.contains(row) }) else { preconditionFailure("a paragraph") }
    var rest = try readings.numbers(part)[...]
    for other in parts[part].lowerBound..<row { rest = rest.dropFirst(paragraphs.rows[other].after.count + 1 + size) }
    let count = paragraphs.rows[row].after.count
    let numbers = Array(rest.prefix(count + 1 + size))
    return (
      Array(numbers[..<count]), numbers[count],
      Column(ground.shape, count: paragraphs.count, numbers: numbers[(count + 1)...])
    )
  }

  // MARK: Transplants

  /// Some runs of a paragraph.
  private struct Task {
    let row: Int
    let runs: Range<Int>
  }

  /// The losses under all runs, `[row][run][token]`.
  func transplants() throws -> [[[Double]]] {
    let pieces = tasks()
    let rows = paragraphs.rows
    let sizes = pieces.map { piece in piece.reduce(0) { $0 + tokens($1) } }
    let longest = rows.indices.map { runTokens($0) }.max() ?? 1
    let pass = PatchedPass(
      ground.pass, begin: paragraphs.begin,
      capacity: max(longest, min(ground.panelTokens, sizes.max() ?? 1)))
    // Paragraphs have the same runs, but for the parts of long ones.
    var trees: [Range<Int>: PatchedTree.Size] = [:]
    let costs = pieces.map { piece in
      piece.reduce(0) { sum, task in
        let tree = trees[task.runs] ?? PatchedTree.size(Array(plan.runs[task.runs]))
        trees[task.runs] = tree
        return sum
          + Self.cost(ground.shape, tree, opening: paragraphs.count, tail: rows[task.row].after.count - 1)
      }
    }
    let found = try ground.stages.evaluate(
      "transplanting", costs: costs,
      sizes: pieces.map { piece in piece.reduce(0) { $0 + $1.runs.count * rows[$1.row].after.count } }
    ) { piece in
      pass.losses(try pieces[piece].map(sequence)).flatMap { $0.flatMap { $0 } }
    }
    var losses = rows.map { _ in [[Double]]() }
    for (number, piece) in pieces.enumerated() {
      var rest = try found[number][...]
      for task in piece {
        for _ in task.runs {
          losses[task.row].append(Array(rest.prefix(rows[task.row].after.count)))
          rest = rest.dropFirst(rows[task.row].after.count)
        }
      }
    }
    return losses
  }

  /// Runs that are a piece together: all of some rows, or some of a long one.
  private func tasks() -> [[Task]] {
    let budget = StudyCost.pieceTokens(ground.shape)
    var (pieces, open, sum) = ([[Task]](), [Task](), 0)
    for row in paragraphs.rows.indices {
      let whole = Task(row: row, runs: 0..<plan.runs.count)
      if !open.isEmpty, sum + tokens(whole) > budget {
        pieces.append(open)
        (open, sum) = ([], 0)
      }
      if tokens(whole) <= budget {
        open.append(whole)
        sum += tokens(whole)
      } else {
        let size = max(1, budget / runTokens(row))
        pieces += stride(from: 0, to: plan.runs.count, by: size).map {
          [Task(row: row, runs: $0..<min($0 + size, plan.runs.count))]
        }
      }
    }
    return open.isEmpty ? pieces : pieces + [open]
  }

  private func runTokens(_ row: Int) -> Int {
    paragraphs.begin.count + paragraphs.count + paragraphs.rows[row].after.count - 1
  }

  private func tokens(_ task: Task) -> Int { task.runs.count * runTokens(task.row) }

  /// Operations of the runs of a tree, of a paragraph with so many opening tokens and so many behind them.
  static func cost(_ shape: HostShape, _ size: PatchedTree.Size, opening: Int, tail: Int) -> Double {
    let layers = Double(size.columns * opening + size.tails * tail) / Double(shape.layerCount)
    let readout = Double(size.runs + size.ends * tail)
    return 2 * layers * shape.matrixElements + 2 * readout * Double(shape.vocabularyCount) * Double(shape.hiddenSize)
  }

  private func sequence(_ task: Task) throws -> PatchedSequence {
    let runs = Array(plan.runs[task.runs])
    return PatchedSequence(
      opening: Array(paragraphs.opening(task.row)), after: paragraphs.rows[task.row].after, runs: runs,
      sources: try sources(task.row, of: runs))
  }

  /// The activations that some runs of a paragraph put in.
  func sources(_ row: Int, of runs: some Sequence<PatchedRun>) throws -> [ColumnEdit.Source: Column] {
    let wanted = Set(runs.flatMap { $0.edits.compactMap { $0?.source } })
    let own = try reading(row).column
    let neutral = RunPlan.needsNeutral(runs) ? neutralColumn(row) : nil
    return try wanted.reduce(into: [:]) { sources, source in
      switch source {
      case .own: sources[source] = own
      case .other: sources[source] = try paragraphs.rows[row].other.map { try reading($0).column }
      case .scaled(let factor): sources[source] = neutral.map { own.scaled(by: factor, from: $0) }
      }
    }
  }

  /// What the model has at the opening tokens where nothing else stands before the paragraph.
  private func neutralColumn(_ row: Int) -> Column {
    let recorder = ColumnRecorder(Column.sites, positions: [paragraphs.places])
    ground.withPass { $0.run([.text(paragraphs.neutral(row))], hook: recorder) }
    return recorder.columns[0]
  }
}

/// What the pieces of a stage gave; that which was asked for last is kept, because others will want parts of it.
private final class LastPiece {
  private let pieces: StudyStages.Pieces
  private var last: (piece: Int, numbers: [Double])?

  init(_ pieces: StudyStages.Pieces) { self.pieces = pieces }

  func numbers(_ piece: Int) throws -> [Double] {
    if let last, last.piece == piece { return last.numbers }
    let numbers = try pieces[piece]
    last = (piece, numbers)
    return numbers
  }
}

/// Runs whole texts, for the losses of their paragraphs and for what is to be transplanted.
private struct ParagraphReader {
  private let ground: StudyGround
  private let paragraphs: Paragraphs
  private let longPass: RowPass?
  private let checksRoutes: Bool

  init(_ ground: StudyGround, _ paragraphs: Paragraphs, _ longPass: RowPass?, checksRoutes: Bool) {
    self.ground = ground
    self.paragraphs = paragraphs
    self.longPass = longPass
    self.checksRoutes = checksRoutes
  }

  /// Operations of some rows: the whole text, and two neutral ones where the routes are checked.
  func cost(_ part: Range<Int>) -> Double {
    part.reduce(0) { sum, row in
      let after = paragraphs.rows[row].after.count
      let tokens = paragraphs.rows[row].before.count + after
      let routes = checksRoutes ? 2 * (after + paragraphs.count + 1) : 0
      return sum + StudyCost.pass(ground.shape, tokens: tokens + routes, readout: true)
    }
  }

  /// The losses, the difference of the routes and the column of each row.
  func numbers(_ part: Range<Int>) -> [Double] {
    var losses = part.map { _ in [Double]() }
    var recorders: [ColumnRecorder] = []
    let sites = Column.sites + (checksRoutes ? RouteCheck.sites : [])
    let texts = part.map { StudyRow.text(paragraphs.rows[$0].before + paragraphs.rows[$0].after) }
    // The first opening token has to be among the scored ones, or the last layer would not show it.
    let firsts = part.map { paragraphs.rows[$0].before.count - paragraphs.count + 1 }
    withPass { pass in
      pass.predictions(texts, from: firsts) { numbers in
        let recorder = ColumnRecorder(sites, positions: numbers.map { paragraphs.sources(part.lowerBound + $0) })
        recorders.append(recorder)
        return recorder
      } body: { row, _, prediction in
        losses[row].append(prediction.loss)
      }
    }
    let columns = recorders.flatMap(\.columns)
    let differences = checksRoutes ? routes(part, columns) : part.map { _ in .nan }
    return part.enumerated().flatMap { number, row in
      losses[number].suffix(paragraphs.rows[row].after.count) + [differences[number]]
        + columns[number].numbers(ground.shape)
    }
  }

  private func routes(_ part: Range<Int>, _ columns: [Column]) -> [Double] {
    let check = RouteCheck(ground.pass, begin: paragraphs.begin)
    return check.differences(
      zip(part, columns).map { row, column in
        (Array(paragraphs.opening(row)), paragraphs.rows[row].after, column)
      })
  }

  private func withPass(_ body: (RowPass) -> Void) {
    if let longPass { body(longPass) } else { ground.withPass(body) }
  }
}

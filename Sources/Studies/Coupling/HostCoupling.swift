import Hosts
import Statistics
import Transformer

/// What the study measures of one host, prompt by prompt.
struct HostCoupling {
  /// The Jacobians of one prompt that are compared with each other.
  struct Series {
    /// Each Jacobian in the bases of all, `[Jacobian]`.
    let rows: [CouplingRow]
    /// ‖J‖ of each.
    let frobenius: [Double]
  }

  /// One prompt: the series of depth first, then those of the variants.
  struct Prompt {
    let series: [Series]
    /// The Jacobians of the last token, by layer, without their vectors.
    let blocks: [BlockNumbers]
    let path: PathRecord
  }

  /// What is kept of a Jacobian's record.
  struct BlockNumbers {
    let frobenius: Double
    let trace: Double
    let productError: Double
    let error: Double
    let corner: [Double]
    let timesProbe: [Double]
    let probeTimes: [Double]
    let values: [Double]

    init(_ record: JacobianRecord) {
      (frobenius, trace) = (record.frobenius, record.trace)
      (productError, error) = (record.productError, record.error)
      (corner, timesProbe, probeTimes) = (record.corner, record.timesProbe, record.probeTimes)
      values = record.values
    }
  }

  /// The way in which the host lost its training; nil: it has not.
  let untrained: UntrainedWeights?
  let prompts: [Prompt]

  /// Measures a host in three stages.
  init(
    _ untrained: UntrainedWeights?, _ stages: CouplingStages, places: [PromptPlaces], widths: Int, leading: Int,
    shape: HostShape
  ) throws {
    self.untrained = untrained
    let records = try stages.decompose()
    let rows = try stages.couple(records)
    let paths = try stages.follow()
    var (record, row) = (0, 0)
    prompts = try places.indices.map { prompt in
      let own = places[prompt]
      let numbers = try own.places.indices.map { place in
        BlockNumbers(
          JacobianRecord(try records[record + place], hidden: shape.hiddenSize, leading: leading))
      }
      record += own.places.count
      let series = try own.series.map { series in
        defer { row += series.count }
        return Series(
          rows: try series.indices.map { CouplingRow(try rows[row + $0], count: series.count, widths: widths) },
          frobenius: series.map { numbers[$0].frobenius })
      }
      return Prompt(
        series: series, blocks: Array(numbers.prefix(shape.layerCount)),
        path: PathRecord(try paths[prompt], layerCount: shape.layerCount))
    }
  }

  /// The label of the host in the file: `trained`, `matched 1`.
  var name: String { untrained.map { "\($0.way.rawValue) \($0.seed)" } ?? "trained" }
}

extension HostCoupling.Series {
  /// The mean of m_K over all pairs of different Jacobians.
  func mean(_ width: Int, exchanged: Bool = false) -> Double {
    rows.indices.flatMap { row in
      rows.indices.filter { $0 != row }.map { (exchanged ? rows[row].exchanged : rows[row].direct)[$0][width].norm }
    }.mean
  }

  /// The mean of m_K of two neighbours in either direction, the lower one being `place`.
  func neighbours(_ width: Int, _ place: Int) -> Double {
    (rows[place].direct[place + 1][width].norm + rows[place + 1].direct[place][width].norm) / 2
  }

  /// The mean of m_K over all neighbours.
  func adjacent(_ width: Int) -> Double { rows.indices.dropLast().map { neighbours(width, $0) }.mean }

  /// The mean of m_K in random bases.
  func null(_ width: Int) -> Double { rows.map { $0.null[width] }.mean }

  /// The mean of m_K in random bases over all neighbours, of which each Jacobian inside has two, as `adjacent` is.
  func adjacentNull(_ width: Int) -> Double {
    zip(rows, rows.dropFirst()).map { ($0.null[width] + $1.null[width]) / 2 }.mean
  }
}

extension HostCoupling.Prompt {
  /// What all prompts have: the Jacobians of the last token over depth.
  var depth: HostCoupling.Series { series[0] }

  /// How far neighbouring blocks are more coupled than random bases, for a width.
  func excess(_ width: Int) -> Double { depth.adjacentNull(width) - depth.adjacent(width) }

  /// The largest singular value of each layer.
  var largest: [Double] { blocks.map { $0.values[0] } }

  /// The least-squares line of 1 / σ₁ on depth, from the tenth block on where there are at least twelve.
  var inverseFit: LineFit {
    let depth = (HostCoupling.fitStart(layerCount: blocks.count)...blocks.count)
    return LineFit(depth.map(Double.init), depth.map { 1 / largest[$0 - 1] })
  }
}

extension HostCoupling {
  /// The first block, counted from 1, that 1 / σ₁ is fitted to.
  static func fitStart(layerCount: Int) -> Int { layerCount >= 12 ? 10 : 1 }
}

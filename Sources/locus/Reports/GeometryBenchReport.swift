import Basics
import Foundation
import Geometry

/// The figures of the geometry's bench.
struct GeometryBenchReport: BenchReport {
  struct Line: Encodable {
    let part: GeometryBench.Part
    let timings: [GeometryBench.Timing]
    /// Adjusted mutual information with the planted lobes; nil: the part finds none.
    let agreement: Double?
  }

  let instructionSet: String
  let blas: String
  let ranks: Int
  let threads: Int
  let seed: UInt64
  let sizes: GeometryBench.Sizes
  let parts: [Line]

  var text: String { ([machine] + lines).joined(separator: "\n") }

  private var machine: String {
    """
    geometry  \(sizes.lobes) planted lobes, \(sizes.separation) apart; \(instructionSet) kernels, BLAS for \(blas); \
    ranks × threads: \(ranks) × \(threads); medians of \(parts.first?.timings.count ?? 0)
    """
  }

  private var lines: [String] {
    var table = TextTable([
      ("part", .left), ("points × dimension", .right), ("wall", .right), ("processor", .right),
      ("peak memory", .right), ("agreement with planted", .right),
    ])
    for line in parts {
      func middle(_ value: (GeometryBench.Timing) -> Double) -> Double { median(line.timings.map(value)) }
      table.add([
        line.part.rawValue, size(of: line.part), String(format: "%.3f s", middle(\.seconds)),
        String(format: "%.3f s", middle(\.processorSeconds)), Quantity.bytes(Int(middle { Double($0.peakBytes) })),
        line.agreement.map { String(format: "%.4f", $0) } ?? "–",
      ])
    }
    return table.lines
  }

  private func size(of part: GeometryBench.Part) -> String {
    part == .cofiring
      ? "\(sizes.points.grouped) × \(sizes.documents.grouped) documents"
      : "\(sizes.points.grouped) × \(sizes.dimension)"
  }
}

import Archive
import Basics
import Foundation
import Perturbations

/// The mutations of a space that a screen takes by their forecast, and what is foretold of all of them.
struct ForecastSelection: Sendable {
  private static let slabPairs = 1 << 22

  /// Indices into the space, ascending: those of the band and of the control.
  let chosen: [Int]
  /// What becomes of each mutation of the space.
  let fates: [ForecastRemainder.Fate]
  /// The band: a mutation is of it if one of its margins is at least 1 / band and at most `band`.
  let band: Double

  /// Reads the margins of all mutations. Throws a `ScreenError` where the file is of another space.
  init(_ choice: ForecastChoice, space: MutationSpace, seed: UInt64) throws {
    let file = try ForecastFile(path: choice.path)
    let distances = try ForecastSelection.distances(file, space)
    try file.close()
    let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    let count = Int((choice.share * Double(order.count)).rounded(.up))
    var fates = [ForecastRemainder.Fate](repeating: .foretold, count: order.count)
    for index in order.prefix(count) { fates[index] = .screened }
    let rest = order.dropFirst(count).sorted()
    let control = UnitPlan.draw(min(choice.controlCount, rest.count), of: rest.count, seed: seed).map { rest[$0] }
    for index in control { fates[index] = .control }
    self.fates = fates
    chosen = fates.indices.filter { fates[$0] != .foretold }
    band = count > 0 ? exp(min(distances[order[count - 1]], 700)) : 1
  }

  /// How far the margin of a mutation that is nearest to 1 is from it, as the magnitude of its logarithm; infinite
  /// where all margins are below 0.
  private static func distances(_ file: borrowing ForecastFile, _ space: MutationSpace) throws -> [Double] {
    let summary = file.summary
    func refusal(_ what: String) -> ScreenError {
      ScreenError(
        "cannot choose mutations by \(file.path): \(what); make the forecast of this configuration with locus forecast")
    }
    guard summary.mutationCount == space.count else {
      throw refusal("it foretells \(summary.mutationCount) mutations, and there are \(space.count)")
    }
    var distances: [Double] = []
    distances.reserveCapacity(space.count)
    let inputs = max(1, summary.inputCount)
    let rows = max(1, slabPairs / inputs)
    for start in stride(from: 0, to: space.count, by: rows) {
      let slab = start..<min(start + rows, space.count)
      let (mutations, margins) = (try file.mutations(slab), try file.values(.margin, slab))
      for (row, mutation) in mutations.enumerated() {
        guard mutation == space[start + row] else { throw refusal("mutation \(start + row) is another one there") }
        let nearest = margins[row * inputs..<(row + 1) * inputs].lazy.filter { $0 > 0 }.map { abs(log(Double($0))) }
        distances.append(nearest.min() ?? .infinity)
      }
    }
    return distances
  }
}

extension PreparedScreen {
  /// Throws where the forecast that mutations were chosen by is of another model, or other inputs or continuations.
  func checkForecast(modelSHA256: String) throws {
    guard let choice = configuration.forecastChoice else { return }
    let file = try ForecastFile(path: choice.path)
    let (summary, prompts) = (file.summary, try file.prompts())
    try file.close()
    let differences = [
      summary.provenance.modelSHA256 == modelSHA256 ? nil : "model", prompts == inputs.map(\.tokens) ? nil : "inputs",
      summary.stepCount == configuration.stepCount ? nil : "continuation.tokens",
      summary.provenance.temperature == configuration.temperature ? nil : "continuation.temperature",
      summary.provenance.seed == configuration.seed ? nil : "continuation.seed",
    ].compactMap { $0 }
    guard differences.isEmpty else {
      throw ScreenError(
        "cannot choose mutations by \(choice.path): it is a forecast with another "
          + "\(differences.joined(separator: ", "));"
          + " make the forecast of this configuration with locus forecast")
    }
  }
}

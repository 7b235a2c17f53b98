import Archive
import Foundation
import Perturbations
import Screen
import Testing
import TestSupport

/// What does most is foretold to do most, and by brute force it does.
struct SuperWeightTests {
  private static let (row, column) = (5, 17)

  /// The mutation with the largest mean divergence over inputs.
  private func first(_ file: borrowing ForecastFile) throws -> (mutation: Mutation, lead: Double) {
    let (rows, inputs) = (0..<file.summary.mutationCount, file.summary.inputCount)
    let divergence = try file.values(.divergence, rows)
    let means = rows.map { row in divergence[row * inputs..<(row + 1) * inputs].reduce(0.0) { $0 + Double($1) } }
    let order = rows.sorted { means[$0] > means[$1] }
    return (try file.mutations(order[0]..<order[0] + 1)[0], means[order[0]] / means[order[1]])
  }

  /// A large weight of a host of another family, whose matrix is transposed in GPT-2's file. By brute force the region
  /// that holds it does most, and the weight is foretold to do most of all weights: in Gemma, too, where a norm behind
  /// the matrix hides from gradients how large it is, so that other regions come before its own in a forecast.
  @Test(arguments: ["gpt2", "gpt_neox", "gemma2"], ["[1, 1]", "[4, 4]"])
  func aPlantedSuperWeightIsFound(_ family: String, _ size: String) throws {
    try Places.withTemporaryFolder { (folder) throws in
      let shrinking: Float = family == "gemma2" ? 0.3 : 0.1
      let tiny = try TinyForecast(folder: folder, family: family) { name, values in
        let isOfBlock = ["layers.", "h."].contains { name.contains($0) }
        if isOfBlock, values.count > TinyForecast.inner { values = values.map { $0 * shrinking } }
        let names = ["0.mlp.down_proj.weight", "0.mlp.c_proj.weight", "0.mlp.dense_4h_to_h.weight"]
        if names.contains(where: name.hasSuffix) {
          let isTransposed = family == "gpt2"
          values[
            isTransposed
              ? Self.column * TinyForecast.hidden + Self.row : Self.row * TinyForecast.inner + Self.column] = 2
        }
      }
      let configuration = try tiny.write("{region: \(size), kinds: [zero]}", forecast: "{probes: 16, sizes: none}")
      let screen = try PreparedScreen(configurationPath: configuration)
      let (divergence, inputs) = (try TinyForecast.exact(screen).divergence, screen.inputs.count)
      let means = stride(from: 0, to: divergence.count, by: inputs).map { divergence[$0..<$0 + inputs].reduce(0, +) }
      let most = try #require(means.indices.max { means[$0] < means[$1] })
      var found = [screen.plan.mutation(at: most).region]
      if size == "[1, 1]" || family != "gemma2" {
        found.append(try tiny.run(configuration) { try first($0).mutation.region })
      }
      for region in found {
        #expect(region.layer == 0 && region.matrix == .down, "\(region)")
        #expect(region.rows.contains(Self.row) && region.columns.contains(Self.column), "\(region)")
      }
    }
  }

  @Test(arguments: ["[1, 1]", "[4, 4]"]) func aPlantedSuperWeightComesFirst(_ size: String) throws {
    try Places.withTemporaryFolder { (folder) throws in
      // A hundred times as large as others are, and what blocks add is small beside the residual stream: where a weight
      // makes most of it, the norm hides from gradients how large it is.
      let tiny = try TinyForecast(folder: folder) { name, values in
        if name.contains("proj") { values = values.map { $0 * 0.1 } }
        if name.contains("layers.0"), name.contains("down_proj") {
          values[Self.row * TinyForecast.inner + Self.column] = 6
        }
      }
      let configuration = try tiny.write(
        "{region: \(size), kinds: [zero]}", forecast: "{probes: 16, sizes: none}")
      let (mutation, lead) = try tiny.run(configuration) { try first($0) }
      #expect(mutation.region.layer == 0 && mutation.region.matrix == .down, "\(mutation)")
      #expect(mutation.region.rows.contains(Self.row) && mutation.region.columns.contains(Self.column), "\(mutation)")
      // Of regions, those that feed the unit of the weight do nearly as much.
      #expect(lead > (size == "[1, 1]" ? 1.5 : 1))
      let screen = try PreparedScreen(configurationPath: configuration)
      let (divergence, inputs) = (try TinyForecast.exact(screen).divergence, screen.inputs.count)
      let means = stride(from: 0, to: divergence.count, by: inputs).map { divergence[$0..<$0 + inputs].reduce(0, +) }
      let all = means.indices.map { screen.plan.mutation(at: $0) }
      let own = try #require(all.firstIndex(of: mutation))
      let ahead = zip(all, means).filter { $0.1 > means[own] }.map(\.0.region)
      // By brute force it is first of weights, and of regions those that feed its unit may do more.
      #expect(size == "[4, 4]" || ahead.isEmpty)
      #expect(ahead.allSatisfy { [.gate, .up].contains($0.matrix) && $0.layer == 0 && $0.rows.contains(Self.column) })
    }
  }
}

import Archive
import Basics
import Foundation
import Perturbations
import Studies
import Testing
import TestSupport
import Transformer
import Weights

/// Studies of a vision transformer against other ways to the same numbers.
@Suite struct ImageStudiesTests {
  private static let images = TinyImageHost.images(8)
  private static let rows = images.enumerated().map {
    StudyRow.image($1, label: Int32($0 % 3), positions: 7)
  }

  private func ground(
    _ model: Model, _ sets: [TextSet] = [TextSet(name: "all", rows: rows)], panelTokens: Int = 20
  ) -> StudyGround {
    StudyGround(ForwardPass(model: model, positionCount: 7), texts: StudyTexts(sets), panelTokens: panelTokens)
  }

  private func withHost<Result>(_ body: (_ folder: String, _ model: Model) throws -> Result) throws -> Result {
    try Places.withTemporaryFolder { folder in
      try TinyImageHost().write(to: folder)
      return try body(folder, try Model.load(path: folder))
    }
  }

  /// The one study of a configuration's section.
  private func study(_ section: String, images: String) throws -> any Study {
    let text = "model: none\nimages: \(images)\nstudies: {\(section)}\n"
    return try #require(try StudyConfiguration(bytes: Array(text.utf8), path: "c.yaml").studies.first)
  }

  // MARK: Statistics

  /// Sums of the test's own over all positions, the token of the class among them.
  @Test(arguments: Site.allCases) func statisticsAreThoseOfAllPositions(_ site: Site) throws {
    final class Seen: Hook {
      let site: Site
      var values = [[[Double]]](repeating: [], count: 3)
      init(_ site: Site) { self.site = site }
      func places(ofLayer layer: Int) -> Set<Place> { [.site(site)] }
      func visit(_ visit: Visit) {
        for row in 0..<visit.values.rows {
          values[visit.layer].append((0..<visit.values.columns).map { Double(visit.values[row, $0]) })
        }
      }
    }
    try withHost { _, model in
      let found = try #require(try ground(model).statistics([site], of: Self.rows)[site])
      let seen = Seen(site)
      for image in Self.images {
        let pass = ForwardPass(model: model, positionCount: 7)
        _ = Prefill([.image(image)], firstScored: [0], pass: pass, hook: seen)
      }
      #expect(found.count == 8 * 7)
      for (layer, positions) in seen.values.enumerated() {
        for unit in 0..<found.grid.width {
          let x = positions.map { $0[unit] }
          let mean = x.reduce(0, +) / 56
          let deviation = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 56).squareRoot()
          let expected: [UnitStatistic: Double] = [
            .mean: mean, .std: deviation, .abs: x.reduce(0) { $0 + abs($1) } / 56,
            .freq: Double(x.count { $0 > 0 }) / 56, .min: x.min() ?? .nan, .max: x.max() ?? .nan,
          ]
          for (statistic, value) in expected {
            let own = found.values(statistic)[layer * found.grid.width + unit]
            #expect(abs(own - value) <= 1e-6 * max(abs(value), 1e-3), "\(site) \(statistic) \(layer) \(unit)")
          }
        }
      }
    }
  }

  // MARK: Scores

  /// −ln p of each image's class and whether it is the first choice, by a plain pass.
  private func plain(_ model: Model) -> (losses: [Double], isFirst: [Bool]) {
    let run = Prefill(
      Self.images.map(Prompt.image), firstScored: Self.images.map { _ in 6 },
      pass: ForwardPass(model: model, positionCount: 7))
    let logits = run.logits().view
    let all = (0..<logits.rows).map { row in (0..<logits.columns).map { Double(logits[row, $0]) } }
    let own = all.enumerated().map { $1[$0 % 3] }
    return (
      zip(all, own).map { log($0.reduce(0) { $0 + exp($1) }) - $1 }, zip(all, own).map { $0.max() == $1 }
    )
  }

  /// What units add is what their columns of the next matrix add: a model with zeros there says the same.
  @Test(arguments: [(Site.mlpHidden, "output.dense.weight"), (.attentionOutput, "attention.output.dense.weight")])
  func unitsAtZeroAreColumnsOfZeros(_ site: Site, _ matrix: String) throws {
    try withHost { folder, model in
      let ground = ground(model)
      let grid = try ground.grid(site)
      let units = stride(from: 1, to: grid.count, by: 3).map { $0 }
      let edit = UnitEdit(site, of: grid, flat: units)
      let scores = try ground.scores(under: [nil, edit], of: ground.texts.sets).map { $0[0] }
      let file = try SafetensorsFile(path: folder + "/model.safetensors")
      let tensors = try Model.tensorShapes(model.shape).map { name, shape in
        let tensor = try file.tensor(named: name)
        var values = [Float](repeating: 0, count: shape.reduce(1, *))
        tensor.widen(rows: 0..<tensor.rows, into: &values)
        for unit in units {
          let (layer, column) = unit.quotientAndRemainder(dividingBy: grid.width)
          guard name.hasSuffix("layer.\(layer).\(matrix)") else { continue }
          for row in 0..<shape[0] { values[row * shape[1] + column] = 0 }
        }
        return TensorWriter.Tensor(name, shape, values)
      }
      let before = plain(model)
      try TensorWriter.write(folder + "/model.safetensors", tensors)
      let after = plain(try Model.load(path: folder))
      #expect(before.losses != after.losses)
      for (score, direct) in zip(scores, [before, after]) {
        #expect(score.count == 8)
        #expect(abs(score.crossEntropy - direct.losses.reduce(0, +) / 8) < 1e-6)
        #expect(score.top1 == Double(direct.isFirst.count { $0 }) / 8)
      }
    }
  }

  /// Whichever images run together, each has the same bits.
  @Test func panelsChangeNothing() throws {
    try withHost { _, model in
      let found = try [7, 20, 4096].map { tokens in
        let ground = ground(model, panelTokens: tokens)
        let scores = try ground.scores(under: [nil], of: ground.texts.sets)
        return (scores, try ground.statistics([.residualAfter], of: Self.rows)[.residualAfter]?.values(.rms))
      }
      #expect(found.allSatisfy { $0.0 == found[0].0 && $0.1 == found[0].1 })
    }
  }

  // MARK: What is planted

  @Test func theUnitOfAClassIsFound() throws {
    let sets = [("cats", "cat", 0), ("owls", "owl", 0), ("more_cats", "cat", 5), ("more_owls", "owl", 5)].map {
      TextSet(name: $0, rows: PlantedImages.rows($1, 5, from: $2))
    }
    let ground = ground(try PlantedImages.load(), sets)
    let names = "{cats: a, owls: a, more_cats: a, more_owls: a}"
    let pruning = try study(
      "pruning: {forget: cats, retain: owls, forget_evaluation: more_cats, retain_evaluation: more_owls, "
        + "sites: [mlp_pre_out], importance: abs, percents: [2.5], compared_percent: 2.5, apply: cats.json}",
      images: names)
    let found = try pruning.findings(on: ground)
    #expect(found.masks.map(\.units) == [[PlantedImages.catUnit]])
    let reader = GroupReader(group: found.group, path: "here")
    #expect(try reader.numbers("forget_top1", "site", "importance", "percent") == [1, 0])
    #expect(try reader.numbers("retain_top1", "site", "importance", "percent") == [1, 1])

    let modularity = try study(
      "modularity: {tasks: {cat: cats, owl: owls}, evaluation: {cat: more_cats, owl: more_owls}, percents: [5], "
        + "clusters: 4, seeds: 1, goals: [50], deals: 0, untrained: false, layers: [0]}", images: names)
    let tasks = GroupReader(group: try modularity.findings(on: ground).group, path: "here")
    #expect(try tasks.counts("removed", "goal", "task") == [1, 1])
    #expect(try tasks.numbers("kept", "goal", "task", "other_task") == [0, 1, 1, 0])
  }

  // MARK: Jacobians

  /// The product of each block's Jacobian at the token of the class with a probe, by differences.
  @Test func jacobiansAreDifferences() throws {
    struct Nudge: Hook {
      let layer: Int
      let probe: [Double]
      let size: Double
      func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(.residualBefore)] : [] }
      func visit(_ visit: Visit) {
        for (unit, number) in probe.enumerated() { visit.values[6, unit] += Float(size * number) }
      }
    }
    try withHost { _, model in
      let ground = ground(model)
      let coupling = try study(
        "coupling: {texts: all, ranks: [4], controls: none, draws: 1, variants: none}", images: "{all: a}")
      let reader = GroupReader(group: try coupling.findings(on: ground).group, path: "here")
      let found = try reader.numbers("times_probe", "host", "prompt", "layer", "entry")
      let stream = MixedStream(seed: 11, stream: 0)
      let probe = (0..<16).map { stream.signed($0, bound: 1) }
      for (number, image) in Self.images.enumerated() {
        for layer in 0..<3 {
          let ends = [1e-3, -1e-3].map { size in
            let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 7), capacity: 7)
            tape.run([.image(image)], hook: Nudge(layer: layer, probe: probe, size: size))
            return (0..<6).map { Double(tape.stream(layer + 1)[6, $0]) }
          }
          let expected = (0..<6).map { (ends[0][$0] - ends[1][$0]) / 2e-3 - probe[$0] }
          let greatest = expected.map(abs).max() ?? 0
          for (entry, value) in expected.enumerated() {
            let own = found[(number * 3 + layer) * 6 + entry]
            #expect(abs(own - value) < 5e-3 * (1 + greatest), "image \(number), layer \(layer), \(entry)")
          }
        }
      }
    }
  }
}

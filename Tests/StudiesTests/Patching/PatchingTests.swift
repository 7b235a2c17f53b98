import Perturbations
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// Paragraph patching against the plain way: each run for itself, from the first layer on, with hooks alone.
@Suite struct PatchingTests {
  private let bench: PatchingBench

  init() throws { bench = try PatchingBench() }

  // MARK: The plain way

  /// Keeps what it is shown at the two sites, `[position][site of layer]`.
  private final class Seen: Hook {
    var vectors: [Transplant.Vectors]

    init(positions: Int) { vectors = Array(repeating: [:], count: positions) }

    func places(ofLayer layer: Int) -> Set<Place> { [.site(.attentionOutput), .site(.mlpHidden)] }

    func visit(_ visit: Visit) {
      guard case .site(let site) = visit.place else { return }
      for row in 0..<visit.values.rows {
        vectors[row][.init(site, layer: visit.layer)] = (0..<visit.values.columns).map { visit.values[row, $0] }
      }
    }
  }

  private func seen(_ tokens: [Int32], last count: Int) -> [Transplant.Vectors] {
    let hook = Seen(positions: tokens.count)
    RowPass(ForwardPass(model: bench.model, positionCount: 64), capacity: 64).run([.text(tokens)], hook: hook)
    return hook.vectors.suffix(count)
  }

  /// The losses of a paragraph behind a context, with vectors put in from position 1 on.
  private func losses(_ context: [Int32], _ after: [Int32], _ vectors: [Transplant.Vectors] = []) -> [Double] {
    let pass = RowPass(ForwardPass(model: bench.model, positionCount: 64), capacity: 64)
    let hook = HookSequence(vectors.enumerated().map { Transplant(at: 1 + $0, [$1]) })
    var losses: [Double] = []
    pass.predictions([.text(context + after)], from: [context.count], hook: { _ in hook }) { losses.append($2.loss) }
    return losses
  }

  /// The losses under each condition in the order of the file, then of single layers and of all up to each.
  private func plain(_ row: PatchingBench.Row, count: Int) -> (conditions: [[Double]], layers: [[Double]]) {
    let neutral = [1] + row.before.suffix(count)
    let own = seen(row.before, last: count)
    let other = seen(bench.rows[row.other].before, last: count)
    func some(_ holds: (Transplant.Key) -> Bool) -> [Double] {
      losses(neutral, row.after, own.map { $0.filter { holds($0.key) } })
    }
    let conditions = [
      losses(row.before, row.after), losses(neutral, row.after, own), losses(neutral, row.after, other),
      some { $0.site == .attentionOutput }, some { $0.site == .mlpHidden }, losses(neutral, row.after),
    ]
    let single = (0..<3).map { layer in some { $0.layer == layer } }
    return (conditions, single + (0..<3).map { layer in some { $0.layer <= layer } })
  }

  // MARK: Tests

  @Test(arguments: [1, 2]) func runsThatShareLayersAreThoseThatDoNot(count: Int) throws {
    let group = try bench.found("tokens: \(count), given: [0, 2]")
    let losses = group.numbers("loss")
    let longest = 7
    #expect(losses.count == 7 * 4 * longest)
    let byLayer = group.numbers("loss_by_layer")
    for (number, row) in bench.rows.enumerated() {
      let expected = plain(row, count: count)
      for (condition, own) in expected.conditions.enumerated() {
        let first = (condition * 4 + number) * longest
        #expect(Array(losses[first..<first + own.count]) == own, "condition \(condition) of row \(number)")
        #expect(losses[first + own.count..<first + longest].allSatisfy { $0.isNaN })
      }
      // What is given is not scored; the rest is as without.
      let given = (6 * 4 + number) * longest
      #expect(losses[given..<given + min(2, longest)].allSatisfy { $0.isNaN })
      let rest = expected.conditions[5].dropFirst(2)
      #expect(Array(losses[(given + 2)..<(given + 2 + rest.count)]) == Array(rest))
      for (place, own) in expected.layers.enumerated() {
        let found = byLayer[(place / 3 * 4 + number) * 3 + place % 3]
        #expect(found == own.reduce(0, +) / Double(own.count), "layers \(place) of row \(number)")
      }
    }
    #expect(group.numbers("route_difference")[0] <= 1e-5)
  }

  @Test func smallPanelsChangeNoBit() throws {
    let keys = "tokens: 2, scale: [0.5, 1]"
    let (one, other) = (try bench.found(keys), try bench.found(keys, panelTokens: 5))
    #expect(one.findings == other.findings)
    for name in ["loss", "loss_by_layer", "loss_by_scale", "route_difference_by_row"] {
      #expect(one.numbers(name).map(\.bitPattern) == other.numbers(name).map(\.bitPattern), "\(name)")
    }
  }

  @Test func transplantsOfNothingAndOfAllAreWhatTheyAre() throws {
    let group = try bench.found("scale: [0, 1, 3], given: [0]")
    let means = group.numbers("mean_loss")
    // full, transferred, mismatched, attention_only, mlp_only, neutral0
    #expect(means[3] == means[1])
    #expect(Set([means[0], means[1], means[2], means[4], means[5]]).count == 5)
    let (scales, layers) = (group.numbers("loss_by_scale"), group.numbers("loss_by_layer"))
    let (losses, longest) = (group.numbers("loss"), 7)
    func mean(condition: Int, row: Int) -> Double {
      let own = losses[(condition * 4 + row) * longest..<(condition * 4 + row + 1) * longest].filter { !$0.isNaN }
      return own.reduce(0, +) / Double(own.count)
    }
    for row in 0..<4 {
      #expect(scales[row] == mean(condition: 5, row: row))
      #expect(scales[4 + row] == mean(condition: 1, row: row))
      // All layers up to the last one are all; up to the first one they are that one alone.
      #expect(layers[(4 + row) * 3 + 2] == mean(condition: 1, row: row))
      #expect(layers[(4 + row) * 3] == layers[row * 3])
    }
  }

  @Test func textsAreWrittenAndComparedInTheirWords() throws {
    let demo = try Demo()
    let lines =
      "{\"before\": \"The capital of Turkey is\", \"after\": \" Ankara.\\n\"}\n"
      + "{\"text\": \"Title: The Gold Duck\\n\\nMy duck\"}\n"
    let keys = "generated: [full, transferred, neutral1], steps: 3, by_layer: false"
    let found = try PatchingBench.found(lines, keys, demo: demo)
    #expect(found.texts("before_text") == ["The capital of Turkey is", "Title: The Gold Duck\n\n"])
    #expect(found.texts("true_text") == [" Ankara.\n", "My duck"])
    let tokenizer = try TokenizerFile.load(Demo.modelPath)
    let before = [1] + (try tokenizer.encode("The capital of Turkey is")).filter { $0 != 1 }
    let first = try #require(try tokenizer.encode(" Ankara.\n").first { $0 != 1 })
    let generation = Generation(
      pass: ForwardPass(model: demo.model, positionCount: 128), sampling: .greedy, stepCount: 3, endTokens: [])
    let written = [before, [1, before[before.count - 1], first]].map {
      generation.continuation(of: $0, input: 0).tokens
    }
    #expect(found.counts("greedy_tokens").prefix(3).elementsEqual(written[0].map(Int.init)))
    #expect(found.texts("text")[0] == tokenizer.decode(written[0]))
    // The fifth is neutral1's, which has the first token of the paragraph given.
    #expect(found.texts("text")[4] == tokenizer.decode([first] + written[1]))
    #expect(found.numbers("tfidf_distance").allSatisfy { (-1e-12...1).contains($0) })
    #expect(found.numbers("state_similarity").allSatisfy { (-1.000001...1.000001).contains($0) })
  }

  @Test func oneTokensTransplantDecidesTheFirstToken() throws {
    let lines = "{\"before\": \"The capital of Turkey is\", \"after\": \" Ankara.\\n\"}\n"
    let keys = "generated: [transferred], conditions: [full, transferred], steps: 2, given: [0], by_layer: false"
    let found = try PatchingBench.found(lines, keys, demo: try Demo())
    let losses = found.numbers("loss")
    // full, transferred, neutral0: the token is the same, and so attention alone decides all of its column.
    let (full, transferred, neutral) = (losses[0], losses[losses.count / 3], losses[2 * losses.count / 3])
    #expect(abs(full - transferred) < 1e-4 && full < 0.7 && neutral > 1)
    #expect(found.texts("text")[0].hasPrefix(" "))
  }
}

import Perturbations
import Studies
import Testing
import TestSupport
import Transformer

/// Hidden units that an edit replaces are not computed, and the scores are those of the edit.
@Suite struct NarrowedPassTests {
  /// Eight rows of 40 tokens and one of 25.
  private let rows: [[Int32]] = (0..<9).map { NarrowedPassTests.row($0, length: $0 < 8 ? 40 : 25) }

  private static func row(_ number: Int, length: Int) -> [Int32] {
    (0..<length).map { (place: Int) -> Int32 in
      let token: Int = (number * 131 + place * 37) % 509 + 3
      return place == 0 ? 1 : Int32(token)
    }
  }

  private func ground(panelTokens: Int = 4096, zero: ZeroUnits? = nil) throws -> StudyGround {
    StudyGround(
      ForwardPass(model: try Demo().model.with(zeroUnits: zero), positionCount: 40),
      texts: StudyTexts([TextSet(name: "rows", rows: rows)]), panelTokens: panelTokens)
  }

  /// So many units of each layer, by a rule; all of them are 384.
  private func units(_ count: Int) -> [[Int32]] {
    (0..<4).map { (layer: Int) -> [Int32] in
      (0..<count).map { (place: Int) -> Int32 in Int32((place * 5 + layer) % 384) }.sorted()
    }
  }

  private static let replacements: [UnitEdit.Replacement] = [
    .zero, .constants(numbers(384)), .byPosition(numbers(40 * 384)),
  ]

  /// So many numbers between −0.1 and 0.1 for each layer.
  private static func numbers(_ count: Int) -> [[Float]] {
    (0..<4).map { (layer: Int) -> [Float] in
      (0..<count).map { (place: Int) -> Float in
        let number: Int = (place * 11 + layer) % 23 - 11
        return Float(number) / 110
      }
    }
  }

  /// The scores under an edit, and the operations of products in blocks that they took.
  private func scores(_ edit: any Hook, on ground: StudyGround) throws -> (scores: PredictionScores, work: Double) {
    let before = ground.pass.operations.done.blocks
    let scores = try ground.scores(under: [edit], of: ground.texts.sets)[0][0]
    return (scores, ground.pass.operations.done.blocks - before)
  }

  /// A sequence of hooks is not taken apart, so that all units are computed and then replaced.
  @Test(arguments: replacements.indices, [100, 192, 383, 384])
  func scoresAreThoseOfTheEdit(_ replacement: Int, _ count: Int) throws {
    let edit = UnitEdit(.mlpHidden, units: units(count), by: Self.replacements[replacement])
    let ground = try ground()
    let (own, work) = try scores(edit, on: ground)
    let (whole, wholeWork) = try scores(HookSequence([edit]), on: ground)
    #expect(own.count == 9 * 39 - 15 && whole.count == own.count)
    #expect(abs(own.crossEntropy - whole.crossEntropy) < 2e-5, "\(own.crossEntropy) \(whole.crossEntropy)")
    #expect(work < wholeWork * (1 - 0.5 * Double(count) / 384), "\(work) of \(wholeWork)")
    let trial = try ground.scores(of: [StudyTrial(edit, ground.texts.sets[0])])[0]
    #expect(trial.crossEntropy == own.crossEntropy)
  }

  /// Before the first position of an edit units are as they were.
  @Test(arguments: replacements.indices, [1, 7]) func earlierPositionsStay(_ replacement: Int, _ first: Int) throws {
    let edit = UnitEdit(.mlpHidden, units: units(250), by: Self.replacements[replacement], from: first)
    let ground = try ground()
    let (own, work) = try scores(edit, on: ground)
    let (whole, wholeWork) = try scores(HookSequence([edit]), on: ground)
    #expect(abs(own.crossEntropy - whole.crossEntropy) < 2e-5, "\(own.crossEntropy) \(whole.crossEntropy)")
    #expect(work < wholeWork * 0.8, "\(work) of \(wholeWork)")
    // What the units that stay make in the first block is taken over from the edit before.
    let all = UnitEdit(.mlpHidden, units: units(250), by: Self.replacements[replacement])
    let others = [all, edit, UnitEdit(.mlpHidden, units: units(250), by: .constants(Self.numbers(384)), from: first)]
    let together = try ground.scores(under: others, of: ground.texts.sets).map { $0[0] }
    #expect(try together == others.map { try scores($0, on: self.ground()).scores })
  }

  @Test(arguments: replacements.indices) func panelsChangeNoBit(_ replacement: Int) throws {
    let edits = [100, 250, 384].map {
      UnitEdit(.mlpHidden, units: units($0), by: Self.replacements[replacement])
    }
    let usual = try ground().scores(under: edits, of: try ground().texts.sets)
    // Panels of one row and of three; what the first block has is kept of the first panel alone.
    for tokens in [40, 120] {
      let ground = try ground(panelTokens: tokens)
      #expect(try ground.scores(under: edits, of: ground.texts.sets) == usual)
    }
  }

  @Test func otherEditsAreMadeAsTheyStand() throws {
    let edits = [
      UnitEdit(.mlpHidden, units: units(2)), UnitEdit(.attentionOutput, units: (0..<4).map { _ in [0, 5, 64] }),
      UnitEdit(.mlpHidden, units: units(192), by: .sums((0..<4).map { _ in Array(repeating: 0.1, count: 384) })),
    ]
    let ground = try ground()
    for edit in edits {
      #expect(try scores(edit, on: ground).scores == scores(HookSequence([edit]), on: ground).scores)
    }
    let masked = try self.ground(zero: ZeroUnits([(.mlpHidden, units(50))]))
    let edit = UnitEdit(.mlpHidden, units: units(192), by: Self.replacements[1])
    #expect(try scores(edit, on: masked).scores == scores(HookSequence([edit]), on: masked).scores)
  }
}

import Hosts
import Statistics
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// The mathematics of paragraph patching by hand, what it finds where there is nothing, and what it refuses.
@Suite struct PatchingMeasuresTests {
  @Test func distancesAreThoseOfWeightedWords() {
    let distance = TextDistance(["a b", "a c"])
    // N = 2, df(a) = 2, df(b) = df(c) = 1: weights 1 and ln 1.5 + 1 = 1.405465.
    #expect(abs(distance.between("a b", "A, b!")) < 1e-12)
    #expect(abs(distance.between("a b", "a c") - (1 - 1 / (1 + 1.405465108 * 1.405465108))) < 1e-9)
    #expect(abs(distance.between("a a", "a b") - (1 - 1 / 1.724916)) < 1e-5)
    #expect(distance.between("b", "c") == 1)
    #expect(distance.between("…", "a") == 1)
  }

  @Test func distancesOfWordsThatWereWeightedOnceAreTheSame() {
    let texts = ["b a c", "d a", "c c b e", "", "zeta é a"]
    let distance = TextDistance(Array(texts.dropLast()))
    for one in texts {
      for other in texts {
        #expect(distance.between(distance.words(one), distance.words(other)) == distance.between(one, other))
        #expect(abs(distance.between(one, other) - distance.between(other, one)) < 1e-15)
      }
    }
    #expect(distance.between("d", "é d") == 0 && distance.between("", "") == 1)
  }

  /// A unit that is 0.1 in all true texts is what rounding leaves of it in none.
  @Test func unitsThatDoNotMoveHaveNoPartInLikeness() {
    let likeness = StateSimilarity([[0.1, 1, 0], [0.1, -1, 1], [0.1, 0, -1]])
    func between(_ one: [Double], _ other: [Double]) -> Double {
      likeness.between(likeness.direction(one), likeness.direction(other))
    }
    #expect(abs(between([0.2, 1, 0], [0.3, -1, 0]) + 1) < 1e-12)
    #expect(abs(between([0.1, 1, 0], [0.1, 0, 1])) < 1e-12)
    #expect(between([0.4, 0, 0], [0.1, 1, 1]).isNaN)
  }

  @Test func logitsThatAreNoNumbersDiffer() {
    func difference(_ one: [Float], _ other: [Float]) -> Double {
      one.withUnsafeBufferPointer { one in
        other.withUnsafeBufferPointer { RouteCheck.greatestDifference(one, $0) }
      }
    }
    #expect(difference([1, 2, 3], [1, 2.5, 2.75]) == 0.5)
    #expect(difference([.nan, 2], [1, 2]).isNaN && difference([1, 2], [3, .nan]).isNaN)
  }

  /// Losses of ten paragraphs of a token each, which all rise or fall by nearly as much.
  private func effect(transferred: Double, mismatched: Double, rows: Int = 10, tasks: Int = 1) -> PatchingEffect {
    func losses(_ mean: Double) -> [[Double]] { (0..<rows).map { [mean + 0.001 * Double($0)] } }
    return PatchingEffect(
      task: "",
      .init(
        full: losses(1), neutral: losses(4), transferred: losses(transferred), mismatched: losses(mismatched)),
      seriesCount: tasks)
  }

  private func sentences(_ effect: PatchingEffect, difference: Double = 0) -> [String] {
    PatchingFinding([effect], count: 1, difference: difference).sentences
  }

  @Test func sentencesSayWhichWayAnEffectGoes() {
    #expect(
      sentences(effect(transferred: 5, mismatched: 4))[0].contains("recovers −1.00 of them, which is no recovery (p"))
    #expect(
      sentences(effect(transferred: 2, mismatched: 1.5))[0].contains(
        "activations recover 2.50; the own ones are not better (p = 0.002): the recovery does not survive this control")
    )
    #expect(sentences(effect(transferred: 2, mismatched: 3))[0].contains("which survives this control"))
    // All 32 flips of six paragraphs that come to nothing more: 1 / 32 is below 5 %, and above the half of it.
    #expect(
      sentences(effect(transferred: 2, mismatched: 3, rows: 6, tasks: 2))[0].contains(
        "p = 0.031, above the 2.5 % of each task"))
  }

  @Test func routesThatDisagreeAreTold() {
    let good = effect(transferred: 2, mismatched: 3)
    #expect(sentences(good, difference: 1e-4).count == 1)
    #expect(sentences(good, difference: 0.5)[1].contains("differ by up to 0.500 in a logit"))
    #expect(sentences(good, difference: .nan).count == 2)
  }

  @Test func signFlipsAreCountedToTheLast() {
    let one = SignFlipTest([1, 2, 3])
    // Sums of the flips that keep the first sign: 6, 0, 2, −4.
    #expect(one.probability == 0.25 && one.means == [2] && one.least == 0.25)
    // The second column's: 2.5, 1.5, 4.5, 3.5; the greater magnitudes of both: 6, 1.5, 4.5, 4.
    #expect(SignFlipTest([[1, 2, 3], [3, -1, 0.5]]).probabilities == [0.25, 0.75])
    #expect(SignFlipTest([0, 0]).probability == 1)
    #expect(SignFlipTest([Double]()).probability.isNaN)
    #expect(SignFlipTest(Array(repeating: 1, count: 20)).probability == 1e-4)
  }

  @Test func oneMismatchedTransplantIsNoBetterThanAnother() {
    var found = 0
    for seed in 0..<100 {
      var numbers = SeededNumbers(seed: UInt64(1000 + seed))
      func losses(_ mean: Double) -> [[Double]] {
        (0..<12).map { _ in (0..<8).map { _ in mean + numbers.normal() } }
      }
      let effect = PatchingEffect(
        task: "", .init(full: losses(1), neutral: losses(5), transferred: losses(3), mismatched: losses(3)),
        seriesCount: 1)
      #expect(effect.hasGap && effect.isRecovered)
      found += effect.isOwn ? 1 : 0
    }
    #expect(found <= 5)
  }

  @Test func aPlantedLayerIsFound() {
    var numbers = SeededNumbers(seed: 7)
    func losses(_ mean: Double) -> [[Double]] {
      (0..<10).map { _ in (0..<6).map { _ in mean + 0.3 * numbers.normal() } }
    }
    let effect = PatchingEffect(
      task: "poem",
      .init(
        full: losses(0), neutral: losses(4), transferred: losses(1), mismatched: losses(3),
        single: [losses(4), losses(4), losses(2), losses(4)]), seriesCount: 2)
    #expect(effect.isOwn && effect.bestLayer == 2)
    // Five rows cannot be beyond chance.
    func few(_ mean: Double) -> [[Double]] { Array(losses(mean).dropLast(5)) }
    let small = PatchingEffect(
      task: "", .init(full: few(0), neutral: few(4), transferred: few(1), mismatched: nil), seriesCount: 1)
    #expect(!small.hasGap)
  }

  // MARK: Refusals

  private func refusal(_ lines: String, _ keys: String = "steps: 2") -> String {
    do {
      let study = try PatchingBench.study(lines, keys)
      let demo = try HostShape.load(path: Demo.modelPath)
      let tokenizer = try TokenizerFile.load(Demo.modelPath)
      _ = try study.cost(StudyOutline(shape: demo, texts: StudyTexts([]), tokenizer: tokenizer))
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  private static let good = "{\"before\": [5, 6], \"after\": [7]}\n"

  @Test(arguments: [
    ("{\"text\": \"one line\"}\n", "line 2: text has no empty line (\\n\\n) to be split behind; put one in front"),
    ("{\"before\": \"a\"}\n", "line 2: after is missing; write {\"before\": …"),
    ("{\"before\": [1, 2.5], \"after\": \"a\"}\n", "line 2: before: this is neither a text nor a list of tokens"),
    ("{\"before\": [3], \"after\": [512]}\n", "line 2: token 512 is not in the model's vocabulary of 512"),
    ("{\"before\": [3], \"after\": [4], \"other\": 2}\n", "line 2: other: this is no number of a paragraph"),
    ("{\"before\": [3], \"after\": [4], \"other\": 1}\n", "line 2: other: this is the line itself"),
    ("{\"before\": [3], \"after\": [4], \"task\": \"x\"}\n", "line 1: no other line has the task ''"),
    ("{\"text\": \"a\\n\\n\"}\n", "line 2: after is empty; write the paragraph that follows"),
    ("{\"text\": \"a\\n\\nb\", \"after\": \"b\"}\n", "line 2: text stands beside before and after"),
    ("{\"before\": [], \"after\": [4]}\n", "line 2: before has 1 tokens, and 2 are needed"),
    ("{\"before\": [3], \"after\": \([Int](repeating: 4, count: 300))}\n", "line 2: 302 tokens are needed"),
  ]) func linesThatCannotBeUsedAreNamed(line: String, sentence: String) {
    let found = refusal(Self.good + line)
    #expect(found.contains("rows.jsonl: " + sentence), "\(found)")
  }

  @Test(arguments: [
    ("steps: 0", "steps"), ("generated: [neutral7]", "one of the study's contexts"),
    ("conditions: [full], generated: [mismatched]", "one of the study's contexts"), ("scale: [x]", "a number from"),
    ("scale: [1, 1.0]", "occurs twice"), ("tokens: 3", "before has 3 tokens, and 4 are needed"),
  ]) func keysThatCannotBeUsedAreNamed(keys: String, sentence: String) {
    let found = refusal(Self.good + Self.good, keys)
    #expect(found.contains(sentence), "\(found)")
  }

  @Test func textsNeedATokenizer() throws {
    let study = try PatchingBench.study(Self.good + Self.good, "steps: 2")
    let demo = try Demo()
    let ground = StudyGround(ForwardPass(model: demo.model, positionCount: 16), texts: StudyTexts([]))
    #expect(throws: StudiesError.self) { _ = try study.findings(on: ground) }
    let silent = try PatchingBench.study(Self.good + Self.good, "generated: none")
    let found = try PatchingFound(silent, on: ground)
    #expect(found.counts("token_count") == [1, 1])
  }
}

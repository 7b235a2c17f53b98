import Texts

/// What is measured of each distinct continuation, once, whatever the number of mutants that have it.
public struct ContinuationMeasures: Sendable {
  /// Cosine of its word counts with those of the baseline.
  public private(set) var cosines: [Double] = []
  /// Edit distance of its tokens from those of the baseline.
  public private(set) var editDistances: [Int32] = []
  /// The form of each distinct continuation.
  public private(set) var forms: [TextForm] = []
  /// Whether it gives the answer; false where the baseline does not.
  public private(set) var areRight: [Bool] = []
  /// Forms of the baseline of each input.
  public let baselineForms: [TextForm]
  /// Whether the baseline of each input gives the answer.
  public let baselinesAreRight: [Bool]

  /// Measures each distinct continuation once, against the baseline's text.
  public init(_ continuations: Continuations, texts: ScreenTexts, known: KnownWords) {
    self.init(continuations, 0..<continuations.count, texts: texts, known: known)
  }

  /// Each rank measures its own; the first has the measures of all. Collective.
  init(_ shared: SharedContinuations, texts: ScreenTexts, known: KnownWords) throws {
    self.init(shared.continuations, 0..<shared.ownCount, texts: texts, known: known)
    cosines = try shared.gather(cosines)
    editDistances = try shared.gather(editDistances)
    forms = try shared.gather(forms)
    areRight = try shared.gather(areRight)
  }

  private init(_ continuations: Continuations, _ numbers: Range<Int>, texts: ScreenTexts, known: KnownWords) {
    // Words that mutants alone have need no number of their own: none is in a baseline.
    var lexicon = Lexicon()
    let baselines = texts.inputs.indices.map { Baseline(texts, input: $0, known: known, lexicon: &lexicon) }
    baselineForms = baselines.map(\.form)
    baselinesAreRight = baselines.map { $0.rule != nil }
    cosines.reserveCapacity(numbers.count)
    editDistances.reserveCapacity(numbers.count)
    forms.reserveCapacity(numbers.count)
    areRight.reserveCapacity(numbers.count)
    var words = Words()
    for number in numbers {
      let baseline = baselines[continuations.input(of: number)]
      let tokens = continuations.tokens(of: number)
      let text = texts.text(of: tokens)
      words.read(text)
      let said = lexicon.numbers(of: words)
      cosines.append(WordCounts.cosine(baseline.counts, WordCounts(said)))
      editDistances.append(Int32(baseline.distance.distance(to: tokens)))
      forms.append(TextForm(Array(text.utf8), words: said, known: known))
      areRight.append(baseline.rule?.isRight(words) ?? false)
    }
  }

  /// What continuations of an input are compared with.
  private struct Baseline {
    let counts: WordCounts
    let distance: EditDistance
    let form: TextForm
    let rule: AnswerRule?

    init(_ texts: ScreenTexts, input: Int, known: KnownWords, lexicon: inout Lexicon) {
      let text = texts.baseline(input: input)
      let numbers = lexicon.learn(Words(text))
      counts = WordCounts(numbers)
      distance = EditDistance(from: texts.inputs[input].baseline.prefix { $0 >= 0 })
      form = TextForm(Array(text.utf8), words: numbers, known: known)
      rule = AnswerRule(answer: texts.inputs[input].answer, baseline: text)
    }
  }
}

extension ContinuationMeasures {
  /// The mean cosine of one mutation over all inputs, where silent ones count 1.
  func meanCosine(_ numbers: ArraySlice<Int32>) -> Double {
    numbers.reduce(0) { $0 + cosine($1) } / Double(numbers.count)
  }

  /// The cosine of a verdict by the number of its continuation, 1 where silent.
  func cosine(_ number: Int32) -> Double { number < 0 ? 1 : cosines[Int(number)] }
}

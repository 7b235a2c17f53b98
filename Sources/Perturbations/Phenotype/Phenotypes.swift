import LinearAlgebra
import Transformer

/// The phenotypes of some consecutive mutations of a plan, one row a mutation.
///
/// Arrays are row-major; one that is not recorded is empty. What each of them means is said in `columns`.
public struct Phenotypes: Equatable, Sendable {
  /// The number of rows of the table, one for each mutation.
  public let mutationCount: Int
  /// The number of inputs.
  public let inputCount: Int
  /// The number of steps of a continuation.
  public let stepCount: Int
  /// The number of components of a direction; 0 where none is recorded.
  public let componentCount: Int

  /// What each region was set to, `[mutation]`.
  public var value: [Float] = []
  /// The step of the first token that differs, −1 where silent, `[mutation, input]`.
  public var firstChange: [Int16] = []
  /// The smallest gap between best and second score up to and including the first change, `[mutation, input]`; below
  /// 10⁻⁴ rounding may decide, also that of corrections, which `Cancellation` bounds.
  public var margin: [Float] = []
  /// The mean over steps of KL(baseline ‖ mutant) in nats, `[mutation, input]`.
  public var divergence: [Float] = []
  /// The mean over steps of log p of the baseline's next token, baseline less mutant, in nats, `[mutation, input]`.
  public var logPerplexityChange: [Float] = []
  /// The mutant's own continuation, −1 where silent and after its end, `[mutation, input, step]`.
  public var tokens: [Int32] = []
  /// The mean shift of the final residual stream, `[mutation, component]`.
  public var direction: [Float] = []
  /// The direction less the mutation's own shift where it enters the residual stream, `[mutation, component]`.
  public var response: [Float] = []
  /// The choice whose letter scores best at the first step, `LetterChoice.none` where the input has no choices,
  /// `[mutation, input]`.
  public var choice: [UInt8] = []
  /// The component of the matrix that is mutated, 0 first, `[mutation]`.
  public var component: [Int32] = []
  /// The size of that component, `[mutation]`.
  public var singularValue: [Float] = []
  /// The rows of the two mutations of a pair among the single ones, −1 for a single mutation, `[mutation]`.
  public var pairFirst: [Int32] = []
  /// See `pairFirst`.
  public var pairSecond: [Int32] = []

  /// Makes a table in which nothing is evaluated yet; it has the columns that are recorded.
  public init(mutationCount: Int, inputCount: Int, stepCount: Int, componentCount: Int, recording: RecordedColumns) {
    self.mutationCount = mutationCount
    self.inputCount = inputCount
    self.stepCount = stepCount
    self.componentCount = componentCount
    for column in Phenotypes.columns where column.isRecorded(in: recording) { column.makeRoom(in: &self) }
  }
}

extension Phenotypes {
  /// All columns that there are, in the order of a journal's bytes and of a results file's datasets. New ones come
  /// last: journals are read in this order.
  public static let columns: [PhenotypeColumn] = [
    PhenotypeColumn(
      "value", label: "value", group: .mutation, axes: [], values: .float32(\.value, unset: 0),
      meaning: Kind.meaningOfValues),
    PhenotypeColumn(
      "first_change", label: "first change", axes: [.input], values: .int16(\.firstChange, unset: -1),
      meaning: "step of the first token that differs, -1 if silent",
      comment: """
        A mutant with scores that are not finite numbers counts as different at the first step that has any, whatever \
        it says there.
        """),
    PhenotypeColumn(
      "margin", label: "margin", axes: [.input], values: .float32(\.margin, unset: .infinity),
      meaning: "smallest best minus second score of the mutant up to and including the first change",
      comment: """
        Scores are what tokens are chosen by: at a temperature above 0 the logits over the temperature and the noise. \
        Not a number where the first change is at scores that are not finite numbers. How safe a verdict is against \
        rounding: the terms that a mutation adds to the baseline are in root mean square at most 32 times as large as \
        what they leave, which is then known to about 2e-6 of its size, or the mutated layer is computed anew with the \
        mutated weights themselves. So a margin is as good as that of a mutated file in float32. With weights of 1e3 \
        to 1e7 planted in each matrix no verdict differed from double precision, and margins differed by as much as \
        plain float32 makes them: less than 1e-3 in most models, up to 2e-2 in a few. A verdict with a margin below \
        1e-4 in a model of ordinary weights may be decided by rounding.
        """),
    PhenotypeColumn(
      "divergence", label: "divergence", axes: [.input], values: .float32(\.divergence, unset: 0),
      condition: .when(\.divergence),
      meaning: "mean over steps of KL(baseline || mutant), teacher-forced, in nats", comment: commentOnLogits,
      comparesScores: true),
    PhenotypeColumn(
      "log_perplexity_change", label: "change of perplexity", axes: [.input],
      values: .float32(\.logPerplexityChange, unset: 0), condition: .when(\.perplexity),
      meaning:
        "mean over steps of log p(baseline) - log p(mutant) of the baseline's next token, teacher-forced, in nats",
      comment: commentOnLogits, comparesScores: true),
    PhenotypeColumn(
      "tokens", label: "continuations", axes: [.input, .step], values: .int32(\.tokens, unset: -1), content: .tokens,
      condition: .when(\.text), meaning: "the mutant's own continuation, -1 where silent or after its end",
      comment: Phenotypes.commentOnTokens),
    PhenotypeColumn(
      "direction", label: "direction", axes: [.component], values: .float32(\.direction, unset: 0),
      condition: .when(\.hasDirection), meaning: "mean shift of the final residual stream",
      comment: """
        The residual stream behind the last layer and before the final norm, mutant less baseline, at the positions \
        whose scores choose the tokens of the baseline's continuation; averaged over the steps of an input, then over \
        the inputs. Where record.direction of the configuration is a number of components, these are a random \
        projection of it: component c is the sum over i of P(c, i) times component i, P(c, i) being a normal number \
        from the counter (c, i, 1886547818, 0) over the root of the number of components, rounded to float32.
        """),
    PhenotypeColumn(
      "response", label: "response", axes: [.component], values: .float32(\.response, unset: 0),
      condition: .when(\.response),
      meaning:
        "what later blocks answered: the direction less the mutation's own shift where it enters the residual stream",
      comment: """
        Where the mutation enters is behind attention for q, k, v and o, and at the end of the layer for gate, up and \
        down. Its own shift there is averaged as that of direction is, and projected in the same way.
        """),
    PhenotypeColumn(
      "choice", label: "choices", axes: [.input], values: .uint8(\.choice, unset: LetterChoice.none),
      content: .choices, condition: .when(\.choices),
      meaning: "choice whose letter has the largest score at the first step, 255 where the input has no choices"),
    PhenotypeColumn(
      "component", label: "component", group: .mutation, axes: [], values: .int32(\.component, unset: -1),
      condition: .when(\.components),
      meaning: "component of the matrix that was changed alone, 0 first; the region is the whole matrix",
      comment: """
        Where value is c, or -1 for negate, the component a v^T of the matrix was multiplied by c: the new weights are \
        the old ones plus (c - 1) a v^T. Singular components are those of the largest singular values, the largest \
        first, with a = singular_value u; u and v are found in double precision with |W^T u - singular_value v| at \
        most \(StoredMatrix.singularError) times the largest singular value. Other components are those of the \
        configuration's file, in its order. v and (c - 1) a are rounded to float32, and each new weight is rounded to \
        float32 once.
        """),
    PhenotypeColumn(
      "singular_value", label: "singular value", group: .mutation, axes: [],
      values: .float32(\.singularValue, unset: .nan), condition: .when(\.components),
      meaning: "size of the component, the length of a times that of v: its singular value"),
    PhenotypeColumn(
      "pair_first", label: "first of a pair", group: .mutation, axes: [], values: .int32(\.pairFirst, unset: -1),
      condition: .when(\.pairs),
      meaning: "row of the first mutation of a pair, which the other columns describe, -1 for a single mutation",
      comment: """
        Single mutations come first. A pair is both mutations at once; where both are of one layer, that layer is \
        computed anew with the mutated weights.
        """),
    PhenotypeColumn(
      "pair_second", label: "second of a pair", group: .mutation, axes: [], values: .int32(\.pairSecond, unset: -1),
      condition: .when(\.pairs), meaning: "row of the second mutation of a pair, -1 for a single mutation"),
  ]

  /// How tokens are chosen, the baseline's and the mutants'.
  public static let commentOnTokens = """
    A token is the one with the largest score, the first of equals. At temperature 0, an attribute of the file, scores \
    are the logits. Above it they are the logits times 1 / temperature, which is rounded to float32, plus Gumbel \
    noise, the same for the baseline and all mutants: of the token v it is -ln(-ln((w + 0.5) / 2^32)), in double \
    precision and then rounded to float32, where w is word v mod 4 of what the counter (v div 4, step, number of the \
    input, 0) gives. Where scores are not finite numbers, the largest of the others wins, and token 0 if there is \
    none.
    """

  /// The logits that are compared, in words.
  private static let commentOnLogits = """
    Of the softmax of the logits as they are, which is at temperature 1, also where tokens are sampled at another one. \
    Not a number where logits of the mutant are not finite numbers.
    """
}

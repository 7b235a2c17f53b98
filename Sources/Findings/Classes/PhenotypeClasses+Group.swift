import Archive
import Basics
import Texts

extension PhenotypeClasses {
  /// The dataset group `classes`, of classes by words.
  func wordGroup(_ tables: TextTables, ties: ClassTies) -> AnalysisGroup {
    group(
      tables, name: WordClasses.name,
      comment: """
        Classes of the continuations of non-silent mutants. At most \(PhenotypeClasses.sampleLimit) distinct \
        continuations, drawn with the seed, are clustered by the cosine of word counts (1 + ln count, times the \
        inverse frequency) with spherical k-means (Dhillon and Modha 2001; k-means++), each with the weight 1 + \
        ln(mutants that have it); the others belong to the nearest centre. The number of classes is that with the \
        largest silhouette (Rousseeuw 1987). That texts fall into these classes says little of the mutations, as \
        prompts make texts alike. So what is tested is made of classes of each input by itself, of at most \
        \(ClassTies.mutationLimit) mutations of each task, clustered in the same way: coherence is whether mutations \
        whose texts fall into one class on an input fall into one class on other inputs of the task, combination is \
        whether layer, matrix and kind predict the class. The effect is the part of the classes' entropy that is \
        explained, corrected for chance: mutual information less its mean under the null, over its largest possible \
        value less the same. The null permutes the texts among the mutations that are not silent on each input; \
        p_value by \(ties.drawCount) permutations, so that the least that can be is \(1 / Double(ties.drawCount + 1)): \
        read as at most that; adjusted_p_value over tasks and both questions (Benjamini and Hochberg 1995). Not \
        numbers where fewer than \(ClassTies.leastMutations) mutations can be compared, or where a task has one input \
        or one class. A tie counts as found with an effect of at least \(ClassTies.leastEffect). \(naming) A last \
        class without distinctive words may hold the texts that share no word with others.
        """,
      tests: [
        .init(
          WordClasses.Columns.permutations, [], "permutations that p values are counted among",
          .counts([ties.drawCount])),
        .init(
          WordClasses.Columns.taskMutations, ["task"], "mutations that are compared",
          .counts(ties.entries.map(\.mutationCount))),
      ] + PhenotypeClasses.variables("coherence", ties.entries.map(\.coherence))
        + PhenotypeClasses.variables("combination", ties.entries.map(\.combination)))
  }

  private static func variables(_ name: String, _ ties: [ClassTies.Tie]) -> [AnalysisGroup.Variable] {
    [
      .init(
        "\(name)_effect", ["task"], "part of the classes' entropy that is explained, corrected for chance",
        .numbers(ties.map(\.effect))),
      .init("\(name)_p_value", ["task"], "of as much", .numbers(ties.map(\.probability.value))),
      .init(
        "\(name)_adjusted_p_value", ["task"], "smallest false discovery rate of a finding",
        .numbers(ties.map(\.adjusted))),
      .init("\(name)_is_found", ["task"], "whether it counts as found", .truths(ties.map(\.isFinding))),
    ]
  }

  /// The dataset group `classes_by_state`, of classes by the states of the model.
  func stateGroup(_ tables: TextTables, agreement: ClassAgreement) -> AnalysisGroup {
    let scope =
      classifiedCount < tables.continuations.count
      ? "These are a sample, drawn with the seed: verdicts whose continuation is not of it have no class and count "
        + "nowhere"
      : "These are all there are"
    return group(
      tables, name: StateClasses.name,
      comment: """
        Classes of the continuations of non-silent mutants by the states of the unmutated model, which reads prompt \
        and continuation: its final residual stream behind the last norm, averaged over the positions of the \
        continuation, less the mean over the sample. \(classifiedCount) distinct continuations of \
        \(tables.continuations.count) are clustered by the cosine of these vectors with spherical k-means (Dhillon and \
        Modha 2001; k-means++), each with the weight 1 + ln(mutants that have it). \(scope). The number of classes is \
        that with the largest silhouette (Rousseeuw 1987). adjusted_rand says how they agree with the classes by words \
        (Hubert and Arabie 1985), 1 for the same and 0 as by chance; its null permutes the classes among the \
        continuations of each input. effect is the agreement beyond that: adjusted_rand less null_adjusted_rand, over \
        1 less the same; from \(ClassAgreement.leastEffect) on it is called one. p_value by \
        \(agreement.probability.drawCount) permutations: the least of them means at most that. \(naming)
        """,
      tests: [
        .init(
          WordClasses.Columns.classified, [], "distinct continuations that have a class", .counts([classifiedCount])),
        .init("adjusted_rand", [], "agreement with the classes by words", .numbers([agreement.index])),
        .init("null_adjusted_rand", [], "mean of the null's", .numbers([agreement.mean])),
        .init("effect", [], "agreement beyond that of the null", .numbers([agreement.effect])),
        .init("p_value", [], "of an agreement as large", .numbers([agreement.probability.value])),
        .init(
          WordClasses.Columns.permutations, [], "permutations that the p value is counted among",
          .counts([agreement.probability.drawCount])),
        .init("is_found", [], "whether it is called an agreement", .truths([agreement.isFinding])),
      ])
  }

  private var naming: String {
    "Distinctive words by the log odds ratio with an informative prior (Monroe, Colaresi and Quinn 2008). Forms are "
      + "found by cheap rules on characters."
  }

  private func group(
    _ tables: TextTables, name: String, comment: String, tests: [AnalysisGroup.Variable]
  ) -> AnalysisGroup {
    let (texts, continuations) = (tables.texts, tables.continuations)
    let one = ["class"]
    let samples = entries.enumerated().flatMap { place, entry in entry.samples.map { (place, $0) } }
    let sampleTexts = samples.map { texts.text(of: continuations.tokens(of: $0.1)) }
    let tried = silhouettes.indices.map { PhenotypeClasses.classCounts[$0] }
    let others = classifiedCount < continuations.count ? ", \(PhenotypeClasses.unclassified) where it has none" : ""
    return AnalysisGroup(
      name: name, comment: comment,
      dimensions: [
        .init("class", length: entries.count), .init("task", labels: texts.tasks),
        .init("form", labels: TextForm.named.map(\.name)), .init("rank", length: ClassName.wordLimit, from: 1),
        .init("sample", length: samples.count), .init("input", labels: texts.inputs.map(\.id)),
        .init("mutation", length: tables.mutations.count), .init("trial", length: tried.count),
      ],
      variables: [
        .init(
          WordClasses.Columns.name, one, "forms and distinctive words",
          .texts(entries.map { $0.name.text.withoutZeros })),
        .init(WordClasses.Columns.distinct, one, "different continuations", .counts(entries.map(\.distinct))),
        .init(WordClasses.Columns.verdicts, one, "non-silent verdicts", .counts(entries.map(\.verdicts))),
        .init(
          WordClasses.Columns.taskVerdicts, ["class", "task"], "non-silent verdicts",
          .counts(entries.flatMap(\.verdictsOfTask))),
        .init("form_share", ["class", "form"], "share of the verdicts", .numbers(entries.flatMap(\.formShares))),
      ] + lists("word", "z value", \.distinctive) + lists("first_word", "share of the texts", \.first) + [
        .init(
          WordClasses.Columns.sampleClass, ["sample"], "class that the sample stands for", .counts(samples.map(\.0))),
        .init(
          WordClasses.Columns.sampleInput, ["sample"], "number of the input",
          .counts(samples.map { continuations.input(of: $0.1) })),
        .init(
          WordClasses.Columns.sampleMutation, ["sample"], "first mutation with the continuation",
          .counts(samples.map { continuations.mutation(of: $0.1) })),
        .init(
          WordClasses.Columns.sampleMutants, ["sample"], "mutants with the continuation",
          .counts(samples.map { Int(continuations.mutantCounts[$0.1]) })),
        .init(WordClasses.Columns.sampleText, ["sample"], "the continuation", .texts(sampleTexts.map(\.withoutZeros))),
        .init(
          "baseline_class", ["input"], "class of the baseline's continuation, 255 for none", missing: 255,
          .bytes(baselineClasses.map { UInt8($0 ?? 255) })),
        .init(
          "verdict_class", ["mutation", "input"], "class of the mutant's continuation, 255 where silent\(others)",
          missing: 255,
          .bytes(continuations.numbers.map { $0 < 0 ? 255 : classes[Int($0)] })),
        .init("trial_classes", ["trial"], "number of classes", .counts(tried)),
        .init("trial_silhouette", ["trial"], "silhouette", .numbers(silhouettes)),
      ] + tests)
  }

  private func lists(
    _ name: String, _ value: String, _ path: KeyPath<ClassName, [ClassName.Word]>
  ) -> [AnalysisGroup.Variable] {
    let words = entries.flatMap { entry in
      let words = entry.name[keyPath: path]
      return words.map(Optional.some) + Array(repeating: nil, count: ClassName.wordLimit - words.count)
    }
    return [
      .init(
        name, ["class", "rank"], "\(name.replacing("_", with: " ")), empty for none",
        .texts(words.map { $0?.word.withoutZeros ?? "" })),
      .init("\(name)_value", ["class", "rank"], value, .numbers(words.map { $0?.value ?? .nan })),
    ]
  }
}

extension WordClasses {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let classified = "classified"
    static let name = "name"
    static let verdicts = "verdicts"
    static let distinct = "distinct"
    static let taskVerdicts = "task_verdicts"
    static let taskMutations = "task_mutations"
    static let permutations = "permutations"
    static let sampleClass = "sample_class"
    static let sampleInput = "sample_input"
    static let sampleMutation = "sample_mutation"
    static let sampleMutants = "sample_mutants"
    static let sampleText = "sample_text"
  }
}

import Archive

extension PhenotypeClasses {
  /// The dataset group `classes`.
  func group(_ tables: TextTables, separation: ClassSeparation) -> AnalysisGroup {
    group(
      tables, name: "classes",
      comment: """
        Classes of the continuations of non-silent mutants. At most \(PhenotypeClasses.sampleLimit) distinct continuations, \
        drawn with the seed, are clustered by the cosine of word counts (1 + ln count, times the inverse frequency) with \
        spherical k-means (Dhillon and Modha 2001; k-means++), each with the weight 1 + ln(mutants that have it); the others \
        belong to the nearest centre. The number of classes is that with the largest silhouette (Rousseeuw 1987). \
        Whether there are classes at all is tested on at most \(ClassSeparation.textLimit) texts: null_silhouette is that of \
        the same words dealt to the texts at random, clustered alike, p_value by \(separation.permutations) \
        permutations, z_score in their standard deviations; the effect is silhouette less null_silhouette. \(naming) \
        A last class without distinctive words may hold the texts that share no word with others.
        """,
      tests: [
        .init("silhouette", [], "largest silhouette of the tested texts", .numbers([separation.silhouette])),
        .init("null_silhouette", [], "mean of the null's", .numbers([separation.mean])),
        .init("z_score", [], "standard deviations above the null", .numbers([separation.score])),
        .init("p_value", [], "of a silhouette as large", .numbers([separation.probability])),
      ])
  }

  /// The dataset group `classes_by_state`.
  func stateGroup(_ tables: TextTables, agreement: ClassAgreement) -> AnalysisGroup {
    let scope =
      classifiedCount < tables.continuations.count
      ? "These are a sample, drawn with the seed: verdicts whose continuation is not of it have no class and count nowhere"
      : "These are all there are"
    return group(
      tables, name: "classes_by_state",
      comment: """
        Classes of the continuations of non-silent mutants by the states of the unmutated model, which reads prompt and \
        continuation: its final residual stream behind the last norm, averaged over the positions of the continuation, less \
        the mean over the sample. \(classifiedCount) distinct continuations of \(tables.continuations.count) are clustered by \
        the cosine of these vectors with spherical k-means (Dhillon and Modha 2001; k-means++), each with the weight \
        1 + ln(mutants that have it). \(scope). The number of classes is that with the largest silhouette (Rousseeuw 1987). \
        adjusted_rand says how they agree with the classes by words (Hubert and Arabie 1985), 1 for the same and 0 as by \
        chance; its null deals the classes at random among the continuations of each input, p_value by \
        \(agreement.permutations) permutations. \(naming)
        """,
      tests: [
        .init("classified", [], "distinct continuations that have a class", .counts([classifiedCount])),
        .init("adjusted_rand", [], "agreement with the classes by words", .numbers([agreement.index])),
        .init("null_adjusted_rand", [], "mean of the null's", .numbers([agreement.mean])),
        .init("p_value", [], "of an agreement as large", .numbers([agreement.probability])),
      ])
  }

  private var naming: String {
    "Distinctive words by the log odds ratio with an informative prior (Monroe, Colaresi and Quinn 2008). Forms are found by "
      + "cheap rules on characters."
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
        .init("form", labels: TextForm.named.map(\.name)), .init("rank", length: ClassName.wordLimit),
        .init("sample", length: samples.count), .init("input", labels: texts.inputs.map(\.id)),
        .init("mutation", length: tables.mutations.count), .init("trial", length: tried.count),
      ],
      variables: [
        .init("name", one, "forms and distinctive words", .texts(entries.map { $0.name.text.storable })),
        .init("distinct", one, "different continuations", .counts(entries.map(\.distinct))),
        .init("verdicts", one, "non-silent verdicts", .counts(entries.map(\.verdicts))),
        .init("task_verdicts", ["class", "task"], "non-silent verdicts", .counts(entries.flatMap(\.verdictsOfTask))),
        .init("form_share", ["class", "form"], "share of the verdicts", .numbers(entries.flatMap(\.formShares))),
      ] + lists("word", "z value", \.distinctive) + lists("first_word", "share of the texts", \.first) + [
        .init("sample_class", ["sample"], "class that the sample stands for", .counts(samples.map(\.0))),
        .init(
          "sample_input", ["sample"], "number of the input", .counts(samples.map { continuations.input(of: $0.1) })),
        .init(
          "sample_mutation", ["sample"], "first mutation with the continuation",
          .counts(samples.map { continuations.mutation(of: $0.1) })),
        .init(
          "sample_mutants", ["sample"], "mutants with the continuation",
          .counts(samples.map { Int(continuations.mutantCounts[$0.1]) })),
        .init("sample_text", ["sample"], "the continuation", .texts(sampleTexts.map(\.storable))),
        .init(
          "baseline_class", ["input"], "class of the baseline's continuation, 255 for none",
          .bytes(baselineClasses.map { UInt8($0 ?? 255) })),
        .init(
          "verdict_class", ["mutation", "input"], "class of the mutant's continuation, 255 where silent\(others)",
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
        .texts(words.map { $0?.word.storable ?? "" })),
      .init("\(name)_value", ["class", "rank"], value, .numbers(words.map { $0?.value ?? .nan })),
    ]
  }
}

extension String {
  /// Without zero bytes, which end a text in a file.
  var storable: String { replacing("\0", with: "\u{2400}") }
}

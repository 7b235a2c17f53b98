import Texts

/// What the ranks find out together about continuations, before the first of them goes on to mutations.
struct ContinuationFindings {
  /// Classes of a sample, and what its texts say.
  struct Classes {
    let sample: ContinuationSample
    let words: SampleWords
    let classification: Classification
  }

  let measures: ContinuationMeasures
  let byWords: Classes
  /// The classes by the states of the model that was screened; nil where the model is not given.
  let byStates: Classes?

  /// `seed` is that of samples, of first centres and of permutations. Collective.
  init(_ shared: SharedContinuations, texts: ScreenTexts, model: ScreenedModel? = nil, seed: UInt64) throws {
    let sharing = shared.sharing
    let sample = try ContinuationSample(shared, texts: texts, limit: PhenotypeClasses.sampleLimit, seed: seed)
    let words = SampleWords(sample.texts)
    let baselines = texts.inputs.enumerated().map { input, known in
      ContinuationText(input: input, tokens: known.baseline.prefix { $0 >= 0 })
    }
    measures = try ContinuationMeasures(shared, texts: texts, known: sample.known(texts))
    let vectors = WordVectors(texts, words)
    byWords = Classes(
      sample: sample, words: words,
      classification: try Classification(
        sample, shared, vectors: vectors.vectors(of: sample.continuations),
        baselines: (baselines.count, vectors.vectors(of: baselines)), everything: vectors.vectors, seed: seed))
    byStates = try model.map { model in
      let sample = try ContinuationSample(shared, texts: texts, limit: StateVectors.sampleLimit, seed: seed)
      let states = try StateVectors(model, sample: sample.continuations, others: baselines, sharing: sharing)
      return Classes(
        sample: sample, words: SampleWords(sample.texts),
        classification: try Classification(
          sample, shared, vectors: states.sample, baselines: (baselines.count, states.others), seed: seed))
    }
  }
}

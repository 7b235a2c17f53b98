import Texts

/// What is counted of each class of continuations.
struct ClassSummary {
  private(set) var entries: [PhenotypeClasses.Entry] = []

  /// Continuations that stand for a class.
  private static let sampleLimit = 6

  /// `classes` are those of every continuation, `similarities` those of the sample to the centres of their classes.
  init(
    _ tables: TextTables, _ sample: ContinuationSample, _ words: SampleWords, forms: [TextForm], classes: [UInt8],
    similarities: [Double], classCount: Int
  ) {
    let (texts, continuations) = (tables.texts, tables.continuations)
    var distinct = Array(repeating: 0, count: classCount)
    var verdicts = Array(repeating: Array(repeating: 0, count: texts.tasks.count), count: classCount)
    var formVerdicts = Array(repeating: Array(repeating: 0, count: TextForm.named.count), count: classCount)
    for number in 0..<continuations.count {
      guard classes[number] != PhenotypeClasses.unclassified else { continue }
      let (place, mutants) = (Int(classes[number]), Int(continuations.mutantCounts[number]))
      distinct[place] += 1
      verdicts[place][texts.taskOfInput[continuations.input(of: number)]] += mutants
      for (index, named) in TextForm.named.enumerated() where forms[number].contains(named.form) {
        formVerdicts[place][index] += mutants
      }
    }
    let counts = ClassSummary.wordCounts(sample, words, classes: classes, classCount: classCount)
    let all = (0..<words.lexicon.count).map { word in counts.reduce(0) { $0 + $1[word] } }
    for place in 0..<classCount {
      let total = verdicts[place].reduce(0, +)
      let shares = formVerdicts[place].map { Double($0) / Double(total) }
      let members = sample.numbers.indices.filter { classes[sample.numbers[$0]] == place }
      let name = ClassName(
        scores: DistinctiveWords.scores(own: counts[place], others: zip(all, counts[place]).map { $0 - $1 }),
        firstWords: members.compactMap { words.numbers[$0].first }, formShares: shares, lexicon: words.lexicon)
      entries.append(
        PhenotypeClasses.Entry(
          name: name, distinct: distinct[place], verdicts: total, verdictsOfTask: verdicts[place], formShares: shares,
          samples: ClassSummary.samples(members, sample, similarities)))
    }
  }

  /// How often each word is in the sampled texts of each class, `[class][word]`.
  private static func wordCounts(
    _ sample: ContinuationSample, _ words: SampleWords, classes: [UInt8], classCount: Int
  ) -> [[Int]] {
    var counts = Array(repeating: Array(repeating: 0, count: words.lexicon.count), count: classCount)
    for (place, numbers) in words.numbers.enumerated() {
      for word in numbers { counts[Int(classes[sample.numbers[place]])][Int(word)] += 1 }
    }
    return counts
  }

  /// The nearest of the sampled `members` to the centre, each text once.
  private static func samples(_ members: [Int], _ sample: ContinuationSample, _ similarities: [Double]) -> [Int] {
    let nearest = members.sorted { (-similarities[$0], $0) < (-similarities[$1], $1) }
    var seen: Set<String> = []
    var samples: [Int] = []
    for member in nearest where samples.count < sampleLimit && seen.insert(sample.texts[member]).inserted {
      samples.append(sample.numbers[member])
    }
    return samples
  }
}

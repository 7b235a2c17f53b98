/// The words of a page that are not everybody's, each explained once.
enum Glossary {
  /// A word, other forms of it, and what it means.
  struct Entry: Sendable {
    let word: String
    let forms: [String]
    let meaning: String

    init(_ word: String, _ forms: String..., meaning: String) {
      (self.word, self.forms, self.meaning) = (word, [word] + forms, meaning)
    }
  }

  static let entries: [Entry] = [
    Entry("region", "regions", meaning: "A rectangle of one weight matrix: some of its rows and some of its columns."),
    Entry(
      "mutation", "mutations",
      meaning:
        "A change of all weights of one region; its kind says to what, such as to zero or to the largest of the matrix."
    ),
    Entry("mutant", "mutants", meaning: "The model with one mutation and nothing else changed."),
    Entry("baseline", "baselines", meaning: "The model as it is, and what it says."),
    Entry(
      "verdict", "verdicts", meaning: "What became of one mutation on one input: silent or not, and from which step."),
    Entry(
      "silent",
      meaning: "Of a mutant: on this input it says what the model says, token by token."),
    Entry(
      "non-silent",
      meaning: "Of a mutant: on this input its text differs from the model's in at least one token."),
    Entry(
      "divergence", "divergences",
      meaning: "How far a mutant's predictions of the next token are from the model's: the mean Kullback–Leibler "
        + "divergence over the steps, in nats. 0 is no change."),
    Entry(
      "perplexity", "log perplexity", meaning: "How surprised a model is by a text: the exponential of its mean loss."),
    Entry(
      "false discovery rate",
      meaning:
        "The share of findings that are expected to be false, at most: 1 % here, by Benjamini and Hochberg's rule."
    ),
    Entry(
      "null", "null hypothesis",
      meaning: "What the data would look like if there were nothing to find; a finding is what it does not explain."),
    Entry(
      "effect", "effect size", "effects",
      meaning: "How large a difference is, whatever the number of data. A sure effect may still be small."),
    Entry(
      "permutation test",
      meaning: "The data are shuffled many times as if there were nothing to find, and compared with what they are."),
    Entry("p value", meaning: "The probability of as much or more if the null hypothesis holds."),
    Entry(
      "Cliff's δ",
      meaning: "The share of pairs in which the one is larger, less the share in which the other is: from −1 to 1, 0 "
        + "where neither is."),
    Entry(
      "Jaccard's coefficient",
      meaning: "What two sets share, over all that is in either: from 0 for nothing to 1 for equal sets."),
    Entry(
      "cosine of word counts", "Cosine of word counts",
      meaning: "How alike the words of two texts are: 1 for the same words equally often, 0 for none in common."),
    Entry(
      "edit distance", "Levenshtein's distance",
      meaning: "How many tokens must be inserted, deleted or replaced to make one text the other."),
    Entry("adjusted Rand index", meaning: "How alike two groupings are: 1 for equal ones, 0 as by chance."),
    Entry(
      "row block", "row blocks", "column block", "column blocks",
      meaning: "A row or a column of regions of a matrix, from one side to the other."),
    Entry("maximum", meaning: "The kind of mutation that sets each weight of a region to the largest of its matrix."),
    Entry(
      "minimum", meaning: "The kind of mutation that sets each weight of a region to the smallest of its matrix."),
    Entry("zero", meaning: "The kind of mutation that sets all weights of a region to 0."),
    Entry("nats", "nat", meaning: "A unit of information: 1 nat is 1.44 bits."),
    Entry("lobe", "lobes", meaning: "A group of points that fire on the same documents."),
    Entry("z", meaning: "How many standard deviations of the null a value is from the null's mean."),
  ]

  /// What the template takes.
  static var values: [[String: TemplateValue]] {
    entries.map {
      ["word": .text($0.word), "forms": .text($0.forms.joined(separator: "|")), "meaning": .text($0.meaning)]
    }
  }
}

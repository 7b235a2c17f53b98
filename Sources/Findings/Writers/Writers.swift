import Perturbations
import Texts

/// The mutations that turn plain text into verse or dialogue on several inputs.
///
/// A mutant writes verse, or dialogue, on an input if its continuation has that form and the baseline's is plain.
public struct Writers: Sendable {
  /// The forms of text that are looked for.
  public enum Genre: String, CaseIterable, Sendable {
    /// Lines that break and rhyme; quoted turns.
    case verse, dialogue

    func holds(for form: TextForm) -> Bool { self == .verse ? form.isVerse : form.isDialogue }
  }

  /// A mutation that writes one genre.
  public struct Entry: Sendable {
    /// The form of text that it writes.
    public let genre: Genre
    /// The row of the mutation in the results file, counted from 0.
    public let index: Int
    /// The mutation.
    public let mutation: Mutation
    /// The numbers of the inputs on which it writes.
    public let inputs: [Int]
  }

  /// A mutation is a writer if it writes on at least this many inputs.
  public static let inputLimit = 2
  /// The largest number of writers that are listed of each genre.
  public static let limit = 1000

  /// The numbers of the inputs whose baseline is plain text.
  public let plainInputs: [Int]
  /// The writers by genre: those on most inputs first, then in canonical order.
  public let entries: [Entry]
  /// The number of writers of each genre, listed or not.
  public let counts: [Int]
  /// The tests of each genre, whether writers share blocks.
  public let tests: [WriterTests]

  /// Finds the writers and tests whether they share blocks.
  public init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    let plain = measures.baselineForms.indices.filter { measures.baselineForms[$0].isPlain }
    plainInputs = plain
    var entries: [Entry] = []
    var tests: [WriterTests] = []
    counts = Genre.allCases.map { genre in
      var written: [Entry] = []
      // nil where a mutation cannot be a writer.
      var isWriter: [Bool?] = []
      for index in 0..<tables.mutations.count {
        let numbers = Array(tables.continuations.numbers(ofMutation: index))
        let nonSilent = plain.filter { numbers[$0] >= 0 }
        let inputs = nonSilent.filter { genre.holds(for: measures.forms[Int(numbers[$0])]) }
        isWriter.append(nonSilent.count < Writers.inputLimit ? nil : inputs.count >= Writers.inputLimit)
        guard inputs.count >= Writers.inputLimit else { continue }
        written.append(Entry(genre: genre, index: index, mutation: tables.mutations[index], inputs: inputs))
      }
      let ranked = written.sorted { (-$0.inputs.count, $0.index) < (-$1.inputs.count, $1.index) }
      entries += ranked.prefix(Writers.limit)
      tests.append(WriterTests(tables.mutations, isWriter: isWriter))
      return written.count
    }
    self.entries = entries
    self.tests = WriterTests.adjusted(tests)
  }
}

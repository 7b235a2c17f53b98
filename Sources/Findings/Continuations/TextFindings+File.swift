import Archive
import MessagePassing

extension TextFindings {
  /// Those of a results file: nil where it has no continuations, and on all ranks but the first. With the model that
  /// was screened, continuations are also classified by its states. Collective.
  static func read(
    _ file: borrowing ResultsFile, model: ScreenedModel?, seed: UInt64, sharing: Sharing
  ) throws -> TextFindings? {
    guard let shared = try SharedContinuations.read(file, sharing) else { return nil }
    let outcome = Result { try ScreenTexts(of: file) }
    let texts = try sharing.agree { try outcome.get() }
    let found = try ContinuationFindings(shared, texts: texts, model: model, seed: seed)
    let tables = Result {
      sharing.isFirst ? try TextTables.read(file, texts: texts, continuations: shared.continuations) : nil
    }
    return try sharing.agree { try tables.get() }.map { TextFindings($0, found, seed: seed) }
  }
}

import Inputs
import Tokenizers
import Transformer

extension ScreenConfiguration {
  /// Returns the tokenizer that the configuration names, or else the model's own; of a classifier of images the names
  /// of its classes.
  ///
  /// Where there is none, or one that cannot be read, an `AbsentTokenizer` takes its place: inputs that are given as
  /// tokens need none, and for others it throws what is wrong.
  func tokenizer(for shape: HostShape) throws -> any Tokenizer {
    if let names = shape.classNames { return ClassVocabulary(names) }
    do {
      guard let tokenizerPath else {
        return try TokenizerFile.load(ofModel: modelPath, remedy: "add `tokenizer: FILE` to the configuration")
      }
      return try TokenizerFile.load(tokenizerPath)
    } catch let error as TokenizerError {
      return AbsentTokenizer(error)
    }
  }
}

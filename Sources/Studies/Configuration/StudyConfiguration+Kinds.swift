import Configuration
import Transformer

/// Texts of a language model, or images of one that classifies them.
extension StudyConfiguration {
  /// The error of a key, "FILE: line N: KEY: PROBLEM".
  func refusal(_ key: String, _ problem: String) -> TextFileError {
    .input(path, line: lines[key] ?? 1, "\(key): \(problem)")
  }

  /// Throws where the model reads images and the configuration is one of texts, or the other way round.
  func check(_ shape: HostShape) throws {
    guard shape.classNames != nil else {
      if lines["images"] != nil {
        throw refusal("images", "the model reads texts; name some under texts in their place")
      }
      return
    }
    for key in ["texts", "tokenizer", "window"] where lines[key] != nil {
      throw refusal(
        key,
        "the model classifies images; name sets of them under images, such as {digits: digits.safetensors}, and leave "
          + "\(key) out")
    }
    for study in studies.map({ type(of: $0) }) {
      guard let reason = study.reasonForTexts else { continue }
      throw refusal(
        "studies.\(study.name)",
        "the model classifies images, and \(reason); leave \(study.name) out, or take a language model")
    }
  }
}

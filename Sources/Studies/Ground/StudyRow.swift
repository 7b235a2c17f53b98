import Basics
import Transformer

/// A row that a model runs in a study: the tokens of a text, each of which is predicted by those before it, or an
/// image, whose class is predicted at its last position.
public enum StudyRow: Hashable, Sendable {
  /// Tokens of a text, with the one that begins a text in front, if the model has one.
  case text([Int32])
  /// An image of a class, which has so many positions: its patches and the token of the class.
  case image(Image, label: Int32, positions: Int)

  /// What the model is given.
  public var prompt: Prompt {
    switch self {
    case .text(let tokens): .tokens(tokens)
    case .image(let image, _, _): .image(image)
    }
  }

  /// The positions that it has in the model.
  public var count: Int {
    switch self {
    case .text(let tokens): tokens.count
    case .image(_, _, let positions): positions
    }
  }

  /// What a tokenizer spells: the tokens of a text, or the class of an image.
  public var tokens: [Int32] {
    switch self {
    case .text(let tokens): tokens
    case .image(_, let label, _): [label]
    }
  }

  // MARK: Predictions

  /// What is predicted: the tokens of a text but the first, or the class of an image.
  public var targets: ArraySlice<Int32> {
    switch self {
    case .text(let tokens): tokens.dropFirst()
    case .image(_, let label, _): [label]
    }
  }

  /// What has to run for that: the last token of a text predicts none of it.
  public var predicting: StudyRow {
    switch self {
    case .text(let tokens): .text(Array(tokens.dropLast()))
    case .image: self
    }
  }

  /// The first position behind which a target is predicted.
  public var firstPredicting: Int {
    switch self {
    case .text: 0
    case .image(_, _, let positions): positions - 1
    }
  }

  /// The target behind a position, which is one of those that predict.
  public func target(behind position: Int) -> Int32 {
    switch self {
    case .text(let tokens): tokens[position + 1]
    case .image(_, let label, _): label
    }
  }

  // MARK: Digests

  /// All that results depend on, as bytes.
  var bytes: [UInt8] {
    switch self {
    case .text(let tokens): ([Int32(tokens.count)] + tokens).memoryBytes
    case .image(let image, let label, _): [label].memoryBytes + image.values.memoryBytes
    }
  }
}

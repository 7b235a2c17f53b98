import Basics
import Configuration
import Foundation
import Tokenizers
import Transformer

/// The other text that resampling takes activations from.
enum OtherText: Equatable, Sendable {
  /// Token identifiers drawn evenly from the vocabulary, those that begin and end texts left out.
  case identifiers
  /// Characters drawn evenly from those that can be printed in ASCII.
  case characters
  /// What the model itself says behind the begin token, sampled at temperature 1.
  case generated
  /// The first row of a named set.
  case row(of: String)

  static let use = "ids, characters, generated, or the name of a text, or a set of images, whose first row is taken"

  /// Reads a word, or the name of a text.
  init(_ value: ConfigurationValue, names: [String]) throws {
    switch value.text {
    case "ids": self = .identifiers
    case "characters": self = .characters
    case "generated": self = .generated
    case let name? where names.contains(name): self = .row(of: name)
    default: throw value.mismatch("a text to resample from", use: Self.use)
    }
  }

  /// Throws where the model reads images, of which only those of a set can be resampled from.
  func check(_ shape: HostShape, _ place: ConfigurationPlace) throws {
    if case .row = self { return }
    guard shape.classNames != nil else { return }
    throw place.refusal("the model classifies images; name a set of them, whose first one is taken")
  }

  /// The row, of `length` positions, with the begin token in front. Keyed by a seed.
  func row(length: Int, seed: Int, on ground: StudyGround) throws -> StudyRow {
    guard case .row(let name) = self else { return .text(try tokens(length: length, seed: seed, on: ground)) }
    let row = ground.texts[name].rows[0]
    guard row.count >= length else {
      throw StudiesError(
        "cannot resample from the text \(name.quoted): its rows have \(row.count) tokens and those that are scored "
          + "\(length); give it the same window")
    }
    guard case .text(let tokens) = row else { return row }
    return .text(Array(tokens.prefix(length)))
  }

  private func tokens(length: Int, seed: Int, on ground: StudyGround) throws -> [Int32] {
    let count = length - ground.begin.count
    switch self {
    case .row: preconditionFailure("a text that is made up")
    case .identifiers:
      let special = Set(ground.begin + ground.shape.endTokens)
      let ordinary = (0..<Int32(ground.shape.vocabularyCount)).filter { !special.contains($0) }
      return ground.begin
        + (0..<count).map { ordinary[Int(PortableRandom.uniform("\(seed):resample:\($0)") * Double(ordinary.count))] }
    case .characters:
      guard let tokenizer = ground.tokenizer else { throw absent }
      // A token of random characters has one or two of them; a model's longest tokens do not come up.
      let text = (0..<8 * count).map { place in
        UInt8(32 + Int(PortableRandom.uniform("\(seed):characters:\(place)") * 95))
      }
      let tokens = try tokenizer.encode(String(decoding: text, as: UTF8.self)).filter { !ground.begin.contains($0) }
      return ground.begin + tokens.prefix(count)
    case .generated:
      guard !ground.begin.isEmpty else {
        throw StudiesError(
          "cannot resample from a generated text: the model has no token that begins a text; use ids or the name of a "
            + "text")
      }
      let generation = Generation(
        pass: ground.pass, sampling: Sampling(temperature: 1, seed: UInt64(seed)), stepCount: count, endTokens: [])
      return ground.begin + generation.continuation(of: ground.begin, input: 0).tokens
    }
  }

  private var absent: StudiesError {
    StudiesError(
      "cannot resample from random characters: the model has no tokenizer that can be read; name one with tokenizer")
  }
}

import Foundation
import Weights

/// A file of which nothing is known but its name: its content, and what it is if it is no tokenizer.
enum ForeignFile {
  /// The largest files in use have 35 MB.
  private static let sizeLimit = 64 << 20
  private static let readable = "tokenizer.json, a SentencePiece model or a tokenizer.bin of llama2.c"

  /// Returns the content of `file`; throws a `TokenizerError` that says what it is if it is no tokenizer.
  ///
  /// `kind` is that of the file where it has been found already.
  static func content(of file: String, kind: FileKind? = nil) throws -> [UInt8] {
    let url = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber else {
        throw TokenizerError(file: file, "it is not a regular file; name a tokenizer's file or folder")
      }
      if let sentence = sentence(about: kind ?? FileKind(path: url.path)) { throw TokenizerError(file: file, sentence) }
      guard size.intValue <= sizeLimit else {
        throw TokenizerError(
          file: file,
          "it has \(size) bytes, where a tokenizer has up to \(sizeLimit); is it the model's weights? Name a "
            + readable
        )
      }
      return Array(try Data(contentsOf: url))
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw TokenizerError(file: file, "it cannot be opened; check its permissions")
    }
  }

  /// What a file of this kind is and what to do, to follow "cannot read the tokenizer FILE: "; nil where it may be a
  /// tokenizer, or where its reader knows better what it is.
  private static func sentence(about kind: FileKind) -> String? {
    if let remedy = kind.remedy { return "it is \(kind.phrase); \(remedy)" }
    switch kind {
    case .tokenRanks:
      return "it is \(kind.phrase), without the expression that cuts words; convert it to a tokenizer.json with "
        + "transformers (AutoTokenizer.from_pretrained, then save_pretrained)"
    case .safetensors, .llama2C, .gguf, .torch, .numpyArray, .numpyArchive, .hdf5, .foreign:
      return "it is \(kind.phrase), which holds no tokenizer that can be read; name a \(readable)"
    default: return nil
    }
  }
}

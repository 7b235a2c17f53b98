import Foundation

/// The readers that are fuzzed: each is given the bytes of a file and may throw whatever it has to say of them.
enum FuzzTarget {
  typealias Body = @Sendable (UnsafeRawBufferPointer) throws -> Void

  /// A new target is a file beside this one, a line here, and a folder of seeds.
  static var all: [String: Body] {
    [
      "analysis": { try analysis($0) },
      "autoencoder": { try autoencoder($0) },
      "configuration": { try configuration($0) },
      "family": { try family($0) },
      "gguf": { try gguf($0) },
      "gguf-vocabulary": { try ggufVocabulary($0) },
      "inputs": { try inputs($0) },
      "journal": { try journal($0) },
      "llama2c": { try llama2C($0) },
      "llama2c-tokenizer": { try llama2CTokenizer($0) },
      "mask": { try mask($0) },
      "model-config": { try modelConfiguration($0) },
      "mutations": { try mutations($0) },
      "results": { try results($0) },
      "safetensors": { try safetensors($0) },
      "sentencepiece": { try sentencePiece($0) },
      "shards": { try shards($0) },
      "studies": { try studies($0) },
      "study-configuration": { try studyConfiguration($0) },
      "tokenizer": { try tokenizer($0) },
      "words": { try words($0) },
    ]
  }

  /// The target that the environment names; without a name the program lists them all. Global, because libFuzzer's
  /// entry has no argument to hand it over.
  static let chosen: Body = {
    let name = ProcessInfo.processInfo.environment["LOCUS_FUZZ_TARGET"] ?? ""
    guard let body = all[name] else {
      print(all.keys.sorted().joined(separator: "\n"))
      exit(name.isEmpty ? 0 : 2)
    }
    // An input has ten seconds, of which this would take most.
    if name == "analysis" { _ = groupsOfScreen }
    if name == "studies" { _ = groupsOfStudies }
    return body
  }()
}

/// libFuzzer calls it once, before anything else.
@_cdecl("LLVMFuzzerInitialize")
func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  _ = FuzzTarget.chosen
  return 0
}

/// libFuzzer calls it with every input. An error is a refusal, and that is all a hostile file may cause.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try FuzzTarget.chosen(UnsafeRawBufferPointer(start: start, count: count))
  } catch {
    // The sentence is made of what the file holds, and no file may break it over lines.
    precondition(!"\(error)".contains("\n"), "an error of more than one line")
  }
  return 0
}

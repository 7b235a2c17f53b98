import StrictJSON

/// The model `gpt2`: byte-level byte pairs, within the words into which `tokenizer.ggml.pre` cuts a text.
struct ByteLevelMerges: GGUFModel {
  let addsSpace = false
  private let preTokenizer: PreTokenizer
  private let model: BytePairModel

  init(_ file: GGUFVocabulary, _ tokens: GGUFTokens, _ split: GGUFPreTokenizer) throws {
    guard let merges = file.merges else {
      throw file.refusal("merges", "is not there, in whose order tokens are merged; name the model's tokenizer.json")
    }
    let list = JSONNode(
      value: .list(merges.map { .text(ByteString($0)) }), file: file.file, place: "tokenizer.ggml.merges")
    model = BytePairModel(
      vocabulary: tokens.vocabulary, merges: try MergeList(list, tokens.vocabulary, prefix: []).table,
      ignoresMerges: split.takesWholeWords)
    preTokenizer = try PreTokenizer(bytesOfWordsBy: split.expressions)
  }

  func append(_ text: ArraySlice<UInt8>, to result: inout [Int32]) throws {
    var merger = BytePairMerger()
    for word in try preTokenizer.words(of: Array(text), isStart: false) {
      try model.encode(word, with: &merger, into: &result)
    }
  }

  func bytes(of spelling: [UInt8]) -> [UInt8] { ByteLevel.bytes(of: spelling.text) ?? spelling }
}

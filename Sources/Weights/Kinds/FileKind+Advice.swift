import Basics

extension FileKind {
  /// What to do about a file of this kind that was given as a model, to follow "cannot read 'path': it is … ; ".
  func modelAdvice(path: String) -> String {
    if let remedy { return remedy }
    switch self {
    case .safetensors, .tensorIndex, .modelConfiguration:
      return "name the folder that holds it, with its config.json, and not the file: \(folder(of: path).quotedName)"
    case .tokenizer, .sentencePiece, .llama2CTokenizer, .tokenRanks:
      return "name the model, and beside it the tokenizer as such"
    case .gguf: return "name the file itself, with its ending"
    case .torch: return "\(readableFormats), so \(torchConversion)"
    default: return "\(readableFormats), so name one of these"
    }
  }

  /// The same of a file that was given as one of safetensors.
  var tensorAdvice: String {
    if let remedy { return remedy }
    switch self {
    case .torch:
      return "a safetensors file is wanted, which safetensors.torch.save_file(torch.load(FILE, weights_only=True), "
        + "NEW_FILE) of Python's safetensors makes of a dictionary of tensors"
    case .numpyArray, .numpyArchive:
      return
        "a safetensors file is wanted, which safetensors.numpy.save_file(ARRAYS, NEW_FILE) of Python's safetensors "
        + "makes of a dictionary of arrays"
    default: return "a safetensors file is wanted, so check the path"
    }
  }

  private func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

let readableWeights = "model.safetensors or model.safetensors.index.json"

/// What is read, as a clause for error sentences.
let readableFormats = "read are folders with \(readableWeights), GGUF files and llama2.c .bin files"

let torchConversion =
  "convert it with AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER) of Python's transformers"

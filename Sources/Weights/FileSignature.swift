/// Kinds of file that people name by mistake, known by their first bytes.
enum FileSignature: CaseIterable {
  case lfsPointer
  case gguf
  case torch
  case safetensors

  /// The kind of `file`, or nil when it is none of these.
  init?(_ file: MappedFile) {
    guard let kind = Self.allCases.first(where: { $0.matches(file.bytes) }) else { return nil }
    self = kind
  }

  /// What the file is and what to do, to follow "cannot read 'path': ".
  var explanation: String {
    switch self {
    case .lfsPointer: "it is a Git LFS pointer and not the weights; run 'git lfs pull' in its repository"
    case .gguf: "it is a GGUF file; \(readableFormats), so get the model in one of these"
    case .torch: "it is a zip archive, as PyTorch writes them; \(readableFormats), so \(torchConversion)"
    case .safetensors: "it is a safetensors file; name the folder that holds it and its config.json"
    }
  }

  private func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .lfsPointer: bytes.starts(with: "version https://git-lfs".utf8)
    case .gguf: bytes.starts(with: "GGUF".utf8)
    case .torch: bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    // Eight bytes of length, then the JSON: {"
    case .safetensors: bytes.dropFirst(6).starts(with: [0, 0, 0x7B, 0x22])
    }
  }
}

/// What is read, as a clause for error sentences.
let readableFormats = "read are folders with model.safetensors or model.safetensors.index.json, and llama2.c .bin files"

let torchConversion =
  "convert it with AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER) of Python's transformers"

extension FileKind {
  /// The kind with its article, for sentences: "a GGUF file".
  public var phrase: String {
    switch self {
    case .absent: "no file"
    case .folder: "a folder"
    case .unreadable: "no file that can be read"
    case .empty: "an empty file"
    case .gitLFSPointer: "a Git LFS pointer and not the file itself"
    case .webPage: "a web page and not the file itself"
    case .safetensors: "a safetensors file"
    case .llama2C: "a llama2.c model"
    case .gguf: "a GGUF file"
    case .torch: "a PyTorch file"
    case .numpyArray: "a NumPy array (.npy)"
    case .numpyArchive: "an archive of NumPy arrays (.npz)"
    case .hdf5: "an HDF5 file"
    case .tokenizer: "a tokenizer (tokenizer.json)"
    case .sentencePiece: "a SentencePiece model"
    case .llama2CTokenizer: "a tokenizer of llama2.c"
    case .tokenRanks: "a list of ranks of tiktoken"
    case .modelConfiguration: "a model's configuration (config.json)"
    case .tensorIndex: "an index of safetensors files"
    case .json: "a JSON file"
    case .jsonLines: "a file of JSON lines"
    case .yaml: "a YAML file"
    case .table: "a table (CSV)"
    case .text: "a text"
    case .archive(let phrase), .foreign(let phrase): phrase
    case .unknown: "a file of a kind that is not known"
    }
  }

  /// What to do about the file whatever it was meant to be, to follow "; "; nil where that depends on what is wanted.
  public var remedy: String? {
    switch self {
    case .absent: "check the path"
    case .unreadable: "check its permissions"
    case .empty: "get the file again"
    case .gitLFSPointer: "run 'git lfs pull' in its repository"
    case .webPage: "get the file itself, whose link on the page may be named 'download' or 'raw'"
    case .archive: "unpack it and name what was in it"
    default: nil
    }
  }
}

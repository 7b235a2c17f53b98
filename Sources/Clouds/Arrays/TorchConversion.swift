/// How a file that PyTorch saved becomes a safetensors file.
enum TorchConversion {
  /// A line for a shell. It keeps tensors under their names, leaves out a wrapping called `sae` or `state_dict`, and
  /// puts what is no tensor, as an activation's name, into the metadata.
  static func line(from source: String, to target: String) -> String {
    let program = [
      "import json, sys, torch", "from safetensors.torch import save_file",
      "d = torch.load(sys.argv[1], map_location='cpu', weights_only=True)", "d = d.get('sae', d.get('state_dict', d))",
      "save_file({k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)}, sys.argv[2], "
        + "{k: v if isinstance(v, str) else json.dumps(v) for k, v in d.items() if not torch.is_tensor(v)})",
    ].joined(separator: "; ")
    return "python3 -c \"\(program)\" \(shell(source)) \(shell(target))"
  }

  /// A word that a shell takes as it is.
  private static func shell(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || "/._-+=:,".utf8.contains(byte)
    }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

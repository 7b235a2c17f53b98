import Foundation
import Testing
import Weights

@Suite struct CheckpointTests {
  private let index = "model.safetensors.index.json"
  private let first = safetensors([("a", [2, 3], [1, 2, 3, 4, 5, 6])])
  private let second = safetensors([("b", [2], [7, 8])])

  private func sentence(_ folder: TestFolder, _ words: String...) {
    expect(refusal { try Checkpoint(path: folder.path) }, says: words)
  }

  // MARK: What is read

  @Test func readsAFolderWithOneFile() throws {
    try withFolder { folder in
      try folder.write("model.safetensors", first)
      try folder.write("config.json", "{}")
      let checkpoint = try Checkpoint(path: folder.path)
      #expect(checkpoint.path == folder.path)
      #expect(checkpoint.names == ["a"])
      #expect(checkpoint.contains("a") && !checkpoint.contains("b"))
      #expect(checkpoint.llama2CHeader == nil)
      #expect(checkpoint.files.map(\.name) == ["model.safetensors"])
      #expect(checkpoint.byteCount == first.count)
      #expect(try checkpoint.tensor("a", shape: [2, 3]).values == [1, 2, 3, 4, 5, 6])
      expect(
        refusal { try checkpoint.tensor("a", shape: [3, 2]) },
        says: ["'a'", "[2, 3]", "[3, 2]", folder.path + "/model.safetensors", "check", folder.path + "/config.json"])
      expect(
        refusal { try checkpoint.tensor("b", shape: [1]) },
        says: ["'b'", folder.path + "/model.safetensors", "cannot find"])
    }
  }

  @Test func readsAFolderWithSeveralFiles() throws {
    try withFolder { folder in
      try folder.write("model-00002.safetensors", second)
      try folder.write("model-00001.safetensors", first)
      try folder.write(
        index,
        #"{"metadata":{"total_size":32,"deep":[{"x":null}]},"#
          + #""weight_map":{"b":"model-00002.safetensors","a":"model-00001.safetensors"}}"#
      )
      let checkpoint = try Checkpoint(path: folder.path)
      #expect(checkpoint.names == ["a", "b"])
      #expect(checkpoint.files.map(\.name) == ["model-00001.safetensors", "model-00002.safetensors"])
      #expect(checkpoint.byteCount == first.count + second.count)
      #expect(try checkpoint.tensor("a", shape: [2, 3]).values == [1, 2, 3, 4, 5, 6])
      #expect(try checkpoint.tensor("b", shape: [2]).values == [7, 8])
      // sha256sum of the two files, one after the other.
      #expect(checkpoint.sha256() == "55fed51b1a6c69fd15e86fb787718055a46a0b1c74e051543c3a22dae5717300")
      expect(refusal { try checkpoint.tensor("c", shape: [1]) }, says: ["'c'", folder.path + "/" + index])
    }
  }

  @Test func anyFileThatWasWrittenToIsFound() throws {
    try withFolder { folder in
      try folder.write("model-1.safetensors", first)
      let later = try folder.write("model-2.safetensors", second)
      try folder.write(index, #"{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}"#)
      let checkpoint = try Checkpoint(path: folder.path)
      try checkpoint.checkUnchanged()
      #expect(truncate(later, off_t(second.count - 1)) == 0)
      expect(refusal { try checkpoint.checkUnchanged() }, says: [later, "was written to", "restore the file"])
    }
  }

  @Test func theSingleFileComesBeforeTheIndex() throws {
    try withFolder { folder in
      try folder.write("model.safetensors", first)
      try folder.write(index, "not read")
      #expect(try Checkpoint(path: folder.path).names == ["a"])
    }
  }

  @Test func readsALlama2CFile() throws {
    try withFolder { folder in
      let model = TinyLlama2C()
      let path = try folder.write("model.bin", model.bytes)
      let checkpoint = try Checkpoint(path: path)
      #expect(checkpoint.llama2CHeader?.layerCount == 2)
      #expect(checkpoint.names.count == 20 && checkpoint.contains("model.norm.weight"))
      #expect(checkpoint.byteCount == model.bytes.count)
      #expect(try checkpoint.tensor("model.norm.weight", shape: [8]).values == (744..<752).map { Float($0) })
      expect(
        refusal { try checkpoint.tensor("model.norm.weight", shape: [9]) },
        says: ["[8]", "[9]", path, "check its header"])
      expect(refusal { try checkpoint.tensor("lm_head.weight", shape: [5, 8]) }, says: ["'lm_head.weight'", path])
    }
  }

  // MARK: The index

  @Test(arguments: ["../x", "..", ".", "", "sub/x", "/etc/hostname", "x\\u0000y"])
  func refusesFilesOutsideTheFolder(_ name: String) throws {
    try withFolder { folder in
      try folder.write(index, #"{"weight_map":{"a":"\#(name)"}}"#)
      sentence(folder, folder.path + "/" + index, "not a plain name inside the folder")
    }
  }

  @Test func refusesAnIndexThatContradictsTheFolder() throws {
    try withFolder { folder in
      try folder.write("one.safetensors", first)
      try folder.write(index, #"{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}"#)
      sentence(folder, index, "'two.safetensors'", "not in the folder")
      try folder.write(index, #"{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}"#)
      let stale = try Checkpoint(path: folder.path)
      #expect(stale.names == ["a"])
      expect(
        refusal { try stale.tensor("b", shape: [2]) },
        says: [index, "'b'", "'one.safetensors'", "does not have it", "download"])
      try folder.write(index, #"{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}"#)
      sentence(folder, index, "'a' occurs twice")
      try folder.write(index, #"{"weight_map":{"a":1}}"#)
      sentence(folder, index, "not a plain name")
      for text in [#"{"weight_map":{}}"#, #"{"weight_map":[]}"#, "{}", "[]"] {
        try folder.write(index, text)
        sentence(folder, index, "no object weight_map")
      }
      for text in ["", "{", "version https://git-lfs.github.com/spec/v1"] {
        try folder.write(index, text)
        sentence(folder, index, "not JSON at byte")
      }
      try folder.write(index, #"{"weight_map":{"a":"one.safetensors"}}"#)
      try folder.write("one.safetensors", Array(first.dropLast()))
      sentence(folder, "one.safetensors", "truncated")
    }
  }

  @Test func theFilesSayWhichTensorsThereAre() throws {
    try withFolder { folder in
      try folder.write("one.safetensors", first)
      try folder.write("two.safetensors", second)
      // The index lists neither place of 'b' rightly.
      try folder.write(index, #"{"weight_map":{"b":"one.safetensors","c":"two.safetensors"}}"#)
      let checkpoint = try Checkpoint(path: folder.path)
      #expect(checkpoint.names == ["a", "b"])
      #expect(try checkpoint.tensor("b", shape: [2]).values == [7, 8])
      // Two files with one name need the index.
      try folder.write("two.safetensors", safetensors([("a", [1], [9])]))
      sentence(folder, "'one.safetensors'", "'two.safetensors'", "'a'", "does not say which is meant")
      try folder.write(index, #"{"weight_map":{"a":"two.safetensors","x":"one.safetensors"}}"#)
      #expect(try Checkpoint(path: folder.path).tensor("a", shape: [1]).values == [9])
    }
  }

  // MARK: Other folders

  @Test func saysWhichFormatsAreRead() throws {
    try withFolder { folder in
      sentence(folder, folder.path, "holds no weights", "read are")
      try folder.write("one.bin", TinyLlama2C().bytes)
      sentence(folder, "/one.bin' itself")
      try folder.write("model.gguf", "GGUF and more")
      sentence(folder, "GGUF", "/model.gguf'")
      try folder.write(
        "pytorch_model.bin", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
      sentence(folder, "'pytorch_model.bin'", "model.safetensors", "llama2.c .bin", "save_pretrained")
      try folder.write("model-00001-of-00002.safetensors", first)
      sentence(folder, "'model-00001-of-00002.safetensors'", "without model.safetensors.index.json")
      try folder.write("adapter_config.json", #"{"base_model_name_or_path": "owner/base"}"#)
      sentence(folder, "adapter", "'owner/base'", "merge_and_unload")
    }
    expect(refusal { try Checkpoint(path: "/no/such/model") }, says: ["/no/such/model", "no such file"])
  }

  @Test func tensorsOutliveTheCheckpoint() throws {
    try withFolder { folder in
      try folder.write("model.safetensors", first)
      let tensor = try Checkpoint(path: folder.path).tensor("a", shape: [2, 3])
      #expect(tensor.values == [1, 2, 3, 4, 5, 6])
      #expect(tensor.extremes() == (1, 6))
    }
  }
}

import Foundation
import Testing
import Weights

/// What a person is told about a model that is not there, or not whole.
@Suite struct AbsentPathTests {
  private func advice(_ path: String) -> String { AbsentPath.advice(path, wanted: "a model") }

  @Test func whatMayHaveBeenMeant() throws {
    #expect(advice("meta-llama/Llama-2-7b-hf").contains("nothing is downloaded"))
    #expect(
      advice("/etc/meta-llama/Llama-2-7b-hf").contains("'hf download meta-llama/Llama-2-7b-hf --local-dir FOLDER'"))
    #expect(advice("~/models/x").contains("'~'"))
    #expect(advice("/home/$USER/x").contains("'$USER'"))
    for plain in ["model", "/etc/model", "absent/model.bin", "absent/", "../x/y z", "/"] {
      #expect(advice(plain) == "; name a model", "\(plain)")
    }
    try withFolder { folder in
      // The folder of the owner is there: only the name is wrong.
      #expect(advice(folder.path + "/modle") == "; name a model")
    }
  }

  @Test func whatAFolderHoldsInPlaceOfAConfiguration() throws {
    func sentence(_ folder: TestFolder) throws -> String { try FolderContents(path: folder.path).lackOfConfiguration }
    try withFolder { folder in
      #expect(try sentence(folder).contains("holds no model"))
      try folder.write("model.gguf", "GGUF")
      #expect(try sentence(folder).contains("/model.gguf'"))
      try folder.write("model.safetensors", safetensors([("a", [1], [1])]))
      #expect(try sentence(folder).contains("'model.safetensors', to which a config.json belongs"))
      try folder.write("params.json", "{}")
      #expect(try sentence(folder).contains("makers' own layout"))
      let inner = TestFolder(path: folder.path + "/snapshots/0a1b")
      try FileManager.default.createDirectory(atPath: inner.path, withIntermediateDirectories: true)
      try inner.write("config.json", "{}")
      #expect(try sentence(folder).contains("name '\(inner.path)'"))
      try folder.write("adapter_config.json", "{}")
      #expect(try sentence(folder).contains("peft"))
    }
    #expect(throws: WeightsError.self) { try FolderContents(path: "/no/such/folder") }
  }
}

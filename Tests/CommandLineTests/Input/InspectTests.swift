import Foundation
import Testing
import TestSupport

/// What `inspect` says of things that are no model, and of models that are not as their configuration says.
@Suite(.serialized) struct InspectTests {
  private func refusal(_ path: String) throws -> String {
    let outcome = try Program.locus.run(["inspect", path])
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.complaints.count == 1, "\(outcome.errors)")
    return outcome.errors
  }

  @Test func whatIsNoModelIsNamed() throws {
    try Workbench.run { bench in
      #expect(try refusal(bench.path("screen.yaml")).contains("locus plan \(bench.path("screen.yaml"))"))
      #expect(try refusal(bench.path("inputs.jsonl")).contains("a file of JSON lines, as inputs"))
      #expect(try refusal(bench.path("model/tokenizer.json")).contains("it is a tokenizer"))
      #expect(try refusal(bench.path("model/model.safetensors")).contains("not the file: '\(bench.path("model"))'"))
      #expect(try refusal(bench.folder).contains("its folder 'model' has one"))
      #expect(try refusal("owner/model-7b").contains("hf download owner/model-7b"))
      let journal = bench.path("out.h5.journal")
      try FileManager.default.createDirectory(atPath: journal, withIntermediateDirectories: true)
      try bench.write("out.h5.journal/plan.json", "{}")
      let status = try Program.locus.run(["status", bench.path("out.h5")])
      for path in [journal, journal + "/", journal + "/plan.json"] {
        let outcome = try Program.locus.run(["inspect", path])
        #expect(outcome.status == 0 && outcome.output == status.output && !outcome.output.isEmpty, "\(outcome.errors)")
      }
    }
  }

  @Test func blocksOfEveryKindAreShown() throws {
    try Places.withTemporaryFolder { folder in
      let configuration = """
        {"model_type": "gemma3_text", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 5,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 100,
        "max_position_embeddings": 64, "sliding_window": 7, "sliding_window_pattern": 3,
        "rope_scaling": {"rope_type": "linear", "factor": 8.0}}
        """
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let outcome = try Program.locus.run(["inspect", folder])
      #expect(outcome.status == 0, "\(outcome.errors)")
      for words in [
        "blocks          of layers 0 to 1, 3 to 4:\n                n = norm(x)", "                of layer 2:\n",
        "64 tokens, of which a query sees the last 7 (layers 0 to 1, 3 to 4)\n",
        "rotary base     10,000 (layers 0 to 1, 3 to 4); 1,000,000, positions divided by 8 (layer 2)\n",
      ] { #expect(outcome.output.contains(words), "\(words) is not in:\n\(outcome.output)") }
      #expect(outcome.output.components(separatedBy: " within 7").count == 2, "\(outcome.output)")
    }
  }

  @Test func modelsThatContradictThemselvesAreDescribedWithANote() throws {
    try Workbench.run { bench in
      var document = try Places.object(bench.path("model/config.json"))
      document["num_hidden_layers"] = 1
      try bench.write("model/config.json", try JSONSerialization.data(withJSONObject: document))
      let outcome = try Program.locus.run(["inspect", bench.path("model")])
      #expect(outcome.status == 0 && outcome.output.contains("note"), "\(outcome.errors)")
      #expect(outcome.output.contains("the number of layers in config.json leaves no layer"))
    }
  }
}

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

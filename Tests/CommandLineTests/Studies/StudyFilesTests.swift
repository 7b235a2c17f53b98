import Foundation
import Testing
import TestSupport

/// What commands make of a file of studies.
@Suite(.serialized) struct StudyFilesTests {
  private func run(_ body: (_ folder: String, _ file: String) throws -> Void) throws {
    try Places.withTemporaryFolder { (folder) throws in
      try SampleStudy.write(to: folder + "/study.h5")
      try body(folder, folder + "/study.h5")
    }
  }

  @Test func inspectSaysWhatIsInside() throws {
    try run { (_, file) throws in
      let outcome = try Program.locus.run(["inspect", file])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      for words in [
        "study file      \(file), ", "model           tiny\n", "by locus 1.2.3", "starts          2\n",
        "/studies/ablation (site 2, seed 3, fraction 4)\n  cross_entropy  mean loss\n",
        "\n  - It is \"much\" worse (p = 0.01).\n  - Units, too.\n", "/studies/pruning (step 2)",
        "/units/mlp_pre_out (layer 1, unit 3)\n  order  place\n",
      ] { #expect(outcome.output.contains(words), "\(words) is not in:\n\(outcome.output)") }
    }
  }

  @Test func statusSaysThatItIsWhole() throws {
    try run { (_, file) throws in
      let outcome = try Program.locus.run(["status", file])
      #expect(outcome.output == "finished: \(file) is whole\n", "\(outcome.errors)")
    }
  }

  @Test func exportWritesUnitsOrAStudy() throws {
    try run { (folder, file) throws in
      let units = try Program.locus.run(["export", file, "--csv"])
      #expect(units.status == 0 && units.output.hasPrefix("site,layer,unit,mean,"), "\(units.errors)")
      #expect(units.errors == "left out, as their dimensions are others: attn_pre_out all (layer)\n")
      let table = folder + "/table.jsonl"
      let study = try Program.locus.run(["export", file, "--study", "pruning", "--output", table])
      #expect(study.status == 0 && study.errors.isEmpty && study.output.isEmpty, "\(study.errors)")
      #expect(
        try String(contentsOfFile: table, encoding: .utf8)
          == "{\"step\":1,\"is_kept\":1}\n{\"step\":2,\"is_kept\":0}\n")
    }
  }

  /// Options of other files, and names that are not there.
  @Test(arguments: [
    (["--non-silent"], "it is of screens"), (["--study", "none"], "name one of ablation, pruning"),
    (["--variable", "area"], "name it with --study"), (["--study", "pruning", "--variable", "area"], "it has is_kept"),
  ]) func whatIsNotThereIsSaid(_ options: [String], _ words: String) throws {
    try run { (folder, file) throws in
      let outcome = try Program.locus.run(["export", file, "--output", folder + "/table.csv"] + options)
      #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["study.h5"])
    }
  }

  @Test func aScreenHasNoStudies() throws {
    let file = Places.root + "/Tests/ArchiveTests/Fixtures/screen-2.h5"
    let outcome = try Program.locus.run(["export", file, "--csv", "--study", "ablation"])
    #expect(outcome.status == 2 && outcome.errors.contains("no result of a study"), "\(outcome.errors)")
  }
}

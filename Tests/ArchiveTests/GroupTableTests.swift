import Archive
import Foundation
import Testing
import TestSupport

/// Tables of text say what files of studies and atlases say.
@Suite(.serialized) struct GroupTableTests {
  private func table(_ make: (StudyFile) throws -> GroupTable) throws -> (text: String, leftOut: [String]) {
    try World.run { (_) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/study.h5"
        try SampleStudy.write(to: path)
        let table = try make(StudyFile(path: path))
        var bytes = table.header
        try table.forEachSlab { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self), table.leftOut)
      }
    }
  }

  @Test func unitsOfAllSitesHaveTheColumnsOfAny() throws {
    let csv = try table { try GroupTable(unitsOf: $0, format: .csv) }
    #expect(
      csv.text == """
        site,layer,unit,mean,is_dead,order
        attn_pre_out,0,0,0.25,0,
        attn_pre_out,0,1,-1.0,1,
        attn_pre_out,1,0,,0,
        attn_pre_out,1,1,1e-10,0,
        mlp_pre_out,0,0,0.0,,2
        mlp_pre_out,0,1,2.0,,
        mlp_pre_out,0,2,0.3333333333333333,,0

        """)
    #expect(csv.leftOut == ["attn_pre_out all (layer)"])
    let lines = try table { try GroupTable(unitsOf: $0, format: .jsonl) }.text.split(separator: "\n")
    #expect(lines[2] == #"{"site":"attn_pre_out","layer":1,"unit":0,"mean":null,"is_dead":0,"order":null}"#)
  }

  @Test func aStudyHasARowForEachCell() throws {
    let csv = try table { try GroupTable(of: "ablation", in: $0, format: .csv) }
    let rows = csv.text.split(separator: "\n")
    #expect(rows.count == 25 && rows[0] == "site,seed,fraction,cross_entropy,worst")
    #expect(rows[1] == "attn_pre_out,0,0,0.0,")
    #expect(rows[18] == "mlp_pre_out,3,0.1,2.125,16" && rows[24] == "mlp_pre_out,7,1,,22")
    #expect(csv.leftOut == ["area (site)", "label (site)", "baseline"])
    let areas = try table { try GroupTable(of: "ablation", variable: "label", in: $0, format: .csv) }
    #expect(areas.text == "site,area,label\nattn_pre_out,1.5,\"attention, out\"\nmlp_pre_out,2.5,MLP\n")
    let single = try table { try GroupTable(of: "ablation", variable: "baseline", in: $0, format: .jsonl) }
    #expect(single.text == "{\"baseline\":0.5}\n")
    #expect(try table { try GroupTable(of: "pruning", in: $0, format: .csv) }.text == "step,is_kept\n1,1\n2,0\n")
  }

  @Test func anAtlasHasATableForEachGroup() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let path = folder + "/atlas.h5"
      let provenance = AtlasFile.Provenance(
        locusVersion: "1", created: "2024-05-06T07:08:09Z", commandLine: "locus atlas", modelName: "tiny",
        modelSHA256: "aa", origins: [.init(name: "study.h5", format: "locus-study", planSHA256: "bb")])
      try World.run { (_) throws in
        try AtlasFile.write([SampleStudy.pruning, SampleStudy.ablation], provenance, to: path)
        let file = try AtlasFile(path: path)
        let first = try GroupTable(in: file, format: .csv)
        var bytes = first.header
        try first.forEachSlab { bytes += $0 }
        #expect(String(decoding: bytes, as: UTF8.self) == "step,is_kept\n1,1\n2,0\n")
        let areas = try GroupTable(ofTable: "ablation", variable: "area", in: file, format: .csv)
        #expect(String(decoding: areas.header, as: UTF8.self) == "site,area,label\n")
        #expect(areas.leftOut == ["cross_entropy (site, seed, fraction)", "worst (site, seed, fraction)", "baseline"])
        #expect(throws: ArchiveError.self) { try GroupTable(ofTable: "neuron", in: file, format: .csv) }
      }
    }
  }

  @Test(arguments: [
    ("abblation", nil, "it is not there; name one of ablation, pruning"),
    ("pruning", "area", "cannot export the variable 'area' of the study pruning of"),
  ]) func whatIsNotThereIsSaid(_ study: String, _ variable: String?, _ words: String) {
    var refusal = "accepted"
    do { _ = try table { try GroupTable(of: study, variable: variable, in: $0, format: .csv) } } catch {
      refusal = "\(error)"
    }
    #expect(refusal.contains(words), "\(refusal)")
  }
}

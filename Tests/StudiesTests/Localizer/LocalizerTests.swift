import Archive
import Configuration
import Drawing
import Foundation
import Hosts
import Perturbations
import Studies
import Testing
import TestSupport
import Tokenizers
import Transformer

/// The whole study on the demo model.
struct LocalizerTests {
  private static let keys = "conditions: {A: one, B: two, C: trials}, contrast: [A, B], draws: 9, seeds: 2"
  private static let all =
    "evaluation: [short], sites: [mlp_pre_out, res_post], permille: 3, untrained: true, alphas: [0.1, 10], responses: "
    + "{table: table.csv, stimuli: trials, site: res_post, layers: [1, 3], synthetic: true, ceiling: 0.8}, "
    + "passages: {path: passages.jsonl, synthetic: true}"

  @Test func everythingIsMeasured() throws {
    try Places.withTemporaryFolder { folder in
      let found = try LocalizerBench(folder).findings("\(Self.keys), \(Self.all)")
      let study = GroupReader(group: found.group, path: "here")
      #expect(try study.labels("set") == ["selected", "matched", "matched2", "random_seed0", "random_seed1"])
      #expect(try study.labels("any_site") == Site.allCases.map(\.rawValue))
      let units = try study.counts("units", "site", "mode", "set", "place")
      // Of 1,536 hidden units five, of 512 numbers of the stream two.
      #expect(units.count == 2 * 2 * 5 * 5 && units[50..<55].filter { $0 >= 0 }.count == 2 && units[0] >= 0)
      try expectProfile(study, units)
      try expectRise(study, units)
      #expect(try study.coordinates("predicting_layer") == [1, 3])
      #expect(try study.numbers("r_grouped_untrained", "predicting_layer", "response").count == 4)
      let bits = try study.numbers("surprisal", "word")
      #expect(bits.count == 10 && bits.allSatisfy { $0 > 0 })
      #expect(try study.counts("word_tokens", "word").suffix(3) == [1, 2, 2])
      #expect(
        try study.truths("begins_sentence", "word")
          == [true, false, false, false, true, false, false, true, false, false])
      #expect(try study.counts("compared_words") == [7])
      #expect(found.units.map(\.name).filter { $0.contains("selected") }.count == 4)
      expectSentences(found.group)
      let page = try Localizer.exhibit(study)
      #expect(page.figures.count == 7 && page.tables.map(\.rows.count) == [2, 4])
    }
  }

  /// A profile is the mean of what the units do at the last position.
  private func expectProfile(_ study: GroupReader, _ units: [Int]) throws {
    let pass = ForwardPass(model: try Demo().model, positionCount: 64)
    let ground = StudyGround(pass, texts: LocalizerBench.texts)
    let rows = ground.texts["trials"].rows
    let sum = try rows.reduce(0.0) { sum, row in
      let seen = try ground.activations(.mlpHidden, of: row)
      return units[0..<5].reduce(sum) { $0 + Double(seen[$1 / 384][7 * 384 + $1 % 384]) }
    }
    let profile = try study.numbers("profile", "site", "mode", "set", "condition")
    #expect(abs(profile[2] - sum / Double(5 * rows.count)) < 1e-5)
  }

  /// A rise is that of the cross-entropy with the units at zero.
  private func expectRise(_ study: GroupReader, _ units: [Int]) throws {
    let pass = ForwardPass(model: try Demo().model, positionCount: 64)
    let ground = StudyGround(pass, texts: LocalizerBench.texts)
    let edit = UnitEdit(.mlpHidden, of: try ground.grid(.mlpHidden), flat: units[0..<5])
    let scores = try ground.scores(under: [nil, edit], of: [ground.texts["short"]]).map { $0[0].crossEntropy }
    #expect(try study.numbers("rise", "site", "mode", "set", "text")[0] == scores[1] - scores[0])
    #expect(try study.numbers("cross_entropy", "text") == [scores[0]])
  }

  private func expectSentences(_ group: AnalysisGroup) {
    let sentences = group.findings
    // Two sites with a contrast and two lesions each, responses and reading.
    #expect(sentences.count == 8)
    // Nine draws leave nothing beyond chance.
    #expect(sentences[0].contains("tell A from B") && sentences[0].contains("chance at 1.0 %)"))
    #expect(sentences[2].contains("as chance may have made them, nothing follows"))
    #expect(sentences[6].contains("predict 2 synthetic responses to 6 stimuli") && sentences[6].contains("0.800"))
    #expect(sentences[7].contains("The surprisal of 7 words") && sentences[7].contains("synthetic reading times"))
    #expect(group.comment.contains("The responses and the reading times are synthetic: they were made up."))
  }

  /// Half of the units leave the other half as the only control, which has no spread to judge by.
  @Test func controlsWithoutSpreadTellNothing() throws {
    try Places.withTemporaryFolder { folder in
      let keys = "conditions: [left, right], contrast: [left, right], sites: res_post, permille: 500, seeds: 3"
      let group = try LocalizerBench(folder).findings(keys).group
      // What is found is beyond chance, or nothing would be said of controls.
      #expect(!group.findings[0].contains("chance at 1.0 %"), "\(group.findings[0])")
      for sentence in group.findings[1...] {
        #expect(
          sentence.hasSuffix(
            "too few other units are left for control sets that could tell whether that is more "
              + "than others cost."), "\(sentence)")
      }
    }
  }

  /// Rows of the table find their stimuli by id, whatever their order.
  @Test func stimuliAreFoundByTheirIds() throws {
    try Places.withTemporaryFolder { folder in
      let lines = LocalizerBench.table.split(separator: "\n")
      let dealt = ([0, 6] + (1...5)).map { lines[$0] }.joined(separator: "\n")
      let keys = "\(Self.keys), sites: res_post, responses: {table: table.csv, site: mlp_pre_out, layer: 2, stimuli:"
      let byId = GroupReader(
        group: try LocalizerBench(folder).findings(keys + " trials}").group, path: "here")
      // The rows of `plain` are in the order f, a, b, c, d, e.
      let byOrder = GroupReader(
        group: try LocalizerBench(folder, table: dealt).findings(keys + " plain}").group, path: "here")
      let (one, other) = (
        try byId.numbers("r_grouped", "predicting_layer", "response"),
        try byOrder.numbers("r_grouped", "predicting_layer", "response")
      )
      #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(try byId.truths("responses_are_synthetic") == [false] && byId.numbers("response_ceiling")[0].isNaN)
    }
  }

  @Test func tokensBelongToTheWordOfTheirLastCharacter() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/passages.jsonl"
      let text = "One day, Mia found a  white kite.\\n"
      try Data(#"{"text": "\#(text)", "times": [1, 2, 3, 4, 5, 6, 7]}"#.utf8).write(to: URL(fileURLWithPath: path))
      let tokenizer = try TokenizerFile.load(Demo.modelPath)
      let passage = try #require(try Passage.read(path).first)
      let tokens = try passage.tokens(try Demo().model.shape, tokenizer)
      let words = tokens.words.map { tokenizer.decode(Array(tokens.tokens[$0])) }
      // The first of two blanks is a token of its own, and so is the end of the line.
      #expect(words == ["One", " day,", " Mia", " found", " a", "  white", " kite.\n"])
      #expect(tokens.tokens.first == 1 && tokens.words.first?.lowerBound == 1)
      #expect(tokens.words.last?.upperBound == tokens.tokens.count)
    }
  }
}

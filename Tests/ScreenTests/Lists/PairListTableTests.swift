import Foundation
import Perturbations
import Screen
import Testing
import TestSupport
import Transformer

/// Lists of pairs of mutations as tables of text.
@Suite struct PairListTableTests {
  private static let names = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]
  private static let header = (names + names.map { "second_" + $0 }).joined(separator: ",")

  /// The plan of a list for the demo model, which has 4 layers and hidden size 128.
  private func plan(_ lines: [String]) throws -> UnitPlan {
    try Places.withTemporaryFolder { folder in
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/pairs.csv"))
      let configuration = "model: m\ninputs: i\nmutations: {pairs: {list: pairs.csv}}\n"
      return try ScreenConfiguration(bytes: Array(configuration.utf8), path: folder + "/x.yaml")
        .plan(for: try Demo().model.shape)
    }
  }

  private func refusal(_ lines: String...) -> String {
    do {
      _ = try plan(lines)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  /// Each mutation is there once, alone, whatever the number of its pairs and the order in a row.
  @Test func pairsAreReadWithTheirMutations() throws {
    let plan = try plan([
      Self.header, "2,down,0,0,4,4,zero,0,q,0,0,4,4,scale:3", "0,q,0,0,4,4,scale:3,0,q,8,0,4,4,zero", "",
      "0,q,8,0,4,4,zero,2,down,0,0,4,4,zero",
    ])
    let pairs = try #require(plan.pairs)
    func mutation(_ layer: Int, _ matrix: WeightMatrix, _ row: Int, _ kind: Kind) -> Mutation {
      Mutation(region: Region(layer: layer, matrix: matrix, rows: row..<row + 4, columns: 0..<4), kind: kind)
    }
    let singles = [mutation(0, .q, 0, .scale), mutation(0, .q, 8, .zero), mutation(2, .down, 0, .zero)]
    #expect((0..<3).map { plan.mutation(at: $0) } == singles)
    #expect(pairs.pairs == [.init(0, 1), .init(0, 2), .init(1, 2)] && plan.mutationCount == 6)
    #expect(plan.parameters[.scale] == 3)
  }

  /// Rows of exported tables have the number of a kind in a column of its own.
  @Test func exportedRowsCanBePasted() throws {
    let plan = try plan([
      "layer,matrix,row,column,rows,columns,kind,value,"
        + Self.names.map { "second_" + $0 }.joined(separator: ",") + ",second_value",
      "0,q,0,0,4,4,scale,2.5,1,v,0,0,4,4,maximum,0.75", "0,q,0,0,4,4,scale,2.5,1,v,4,0,4,4,zero,",
    ])
    #expect(plan.parameters[.scale] == 2.5 && plan.kinds == [.maximum, .zero, .scale] && plan.mutationCount == 5)
  }

  @Test func refusesWithTheLine() {
    let cases: [(line: String, words: String)] = [
      ("0,q,0,0,1,1,zero,0,q,0,0,1,1,zero", "this pairs zero of layer 0 q, 1 × 1 at (0, 0) with itself; name two"),
      ("0,q,0,0,4,4,zero,0,q,3,3,4,4,zero", "the regions of zero of layer 0 q, 4 × 4 at (0, 0) and zero of"),
      ("0,q,0,0,4,4,zero,0,q,0,0,4,4,maximum", "the regions of zero of layer 0 q"),
      ("0,q,0,0,1,1,zero,4,q,0,0,1,1,zero", "the model has no layer 4; use layers from 0 to 3"),
      ("0,q,120,0,9,1,zero,1,q,0,0,1,1,zero", "rows 120 to 128 are not in q, which has 128"),
      ("0,q,0,0,1,1,zero,0,w,0,0,1,1,zero", "second_matrix: 'w' is not a matrix"),
      ("0,q,0,0,1,1,zero,0,q,x,0,1,1,zero", "second_row: 'x' does not fit"),
      ("0,q,0,0,1,1,zero,0,q,1,0,1,1,scale:3", "'scale:3' follows 'scale:2'; a screen has one number"),
      ("0,q,0,0,1,1,zero", "there are 7 values; write 14"),
      ("2,v,0,0,1,1,zero,1,k,0,0,2,2,mean", "this is the pair of line 2 again; keep one"),
    ]
    for (line, words) in cases {
      let sentence = refusal(
        Self.header, "1,k,0,0,2,2,mean,2,v,0,0,1,1,zero", "1,k,0,0,2,2,scale:2,2,v,0,0,1,1,zero", "", line)
      #expect(sentence.contains("/pairs.csv: line 5: \(words)") && !sentence.contains("\n"), "\(sentence)")
    }
    #expect(refusal(Self.header, "").contains("the list holds no pairs"))
    #expect(refusal(Self.names.joined(separator: ","), "0,q,0,0,1,1,zero").contains("second_layer is missing"))
  }
}

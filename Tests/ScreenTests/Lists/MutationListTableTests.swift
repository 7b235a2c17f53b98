import Foundation
import Perturbations
import Screen
import Testing
import TestSupport
import Transformer

/// Lists of mutations as tables of text.
@Suite struct MutationListTableTests {
  private static let header = "layer,matrix,row,column,rows,columns,kind"

  /// The plan of a list for the demo model, which has 4 layers and hidden size 128.
  private func plan(_ text: String) throws -> UnitPlan {
    try Places.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/list.csv"))
      let configuration = "model: m\ninputs: i\nmutations: {list: list.csv}\n"
      return try ScreenConfiguration(bytes: Array(configuration.utf8), path: folder + "/x.yaml")
        .plan(for: try Demo().model.shape)
    }
  }

  private func refusal(_ lines: String...) -> String {
    do {
      _ = try plan(lines.joined(separator: "\n"))
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func listsAreReadIntoCanonicalOrder() throws {
    let text = """
      \u{FEFF}\(Self.header)\r
      3,down,127,0,1,384,scale:-2\r

      0,q,64,64,64,64,zero
      0,q,64,64,64,64,maximum
      0,q,64,64,1,1,noise:0.5
      0,q,0,100,128,1,shuffle
      """
    let plan = try plan(text)
    func region(_ layer: Int, _ matrix: WeightMatrix, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int) -> Region
    {
      Region(layer: layer, matrix: matrix, rows: row..<row + rows, columns: column..<column + columns)
    }
    #expect(
      (0..<plan.mutationCount).map { plan.mutation(at: $0) } == [
        Mutation(region: region(0, .q, 0, 100, 128, 1), kind: .shuffle),
        Mutation(region: region(0, .q, 64, 64, 1, 1), kind: .noise),
        Mutation(region: region(0, .q, 64, 64, 64, 64), kind: .maximum),
        Mutation(region: region(0, .q, 64, 64, 64, 64), kind: .zero),
        Mutation(region: region(3, .down, 127, 0, 1, 384), kind: .scale),
      ])
    #expect(plan.units.map(\.positions) == [0..<4, 4..<5])
    #expect(plan.parameters[.scale] == -2 && plan.parameters[.noise] == 0.5)
    #expect(plan.kinds == [.maximum, .zero, .scale, .noise, .shuffle] && plan.regionCount == 4)
  }

  @Test func refusesWithTheLine() {
    let cases: [(line: String, words: String)] = [
      ("0,q,0,0,1,1", "there are 6 values; write 7"), ("0,q,0,0,1,1,zero,", "there are 8 values"),
      ("0,w,0,0,1,1,zero", "matrix: 'w' is not a matrix"), ("x,q,0,0,1,1,zero", "layer: 'x' does not fit"),
      ("4,q,0,0,1,1,zero", "the model has no layer 4; use layers from 0 to 3"),
      ("0,q,-1,0,1,1,zero", "row: '-1' does not fit"), ("0,q, 0,0,1,1,zero", "row: ' 0' does not fit"),
      ("0,q,00,0,1,1,zero", "row: '00'"), ("0,q,0,0,0,1,zero", "rows: '0' does not fit"),
      ("0,q,0,0,1,99999999999999999999,zero", "columns: '99999999999999999999'"),
      ("0,q,120,0,9,1,zero", "rows 120 to 128 are not in q, which has 128"),
      ("0,down,0,384,1,1,zero", "columns 384 to 384 are not in down, which has 384"),
      ("0,q,0,0,1,1,nought", "kind: 'nought' is not a kind"), ("0,q,0,0,1,1,", "kind: '' is not a kind"),
      ("0,q,0,0,1,1,scale", "kind: 'scale' needs a number"), ("0,q,0,0,1,1,noise:-1", "kind: 'noise:-1' is not"),
      ("0,q,0,0,1,1,scale:3", "'scale:3' follows 'scale:2'; a screen has one number"),
      ("1,k,0,0,2,2,mean", "this is the mutation of line 2 again"), ("\u{0}", "there are 1 values"),
    ]
    for (line, words) in cases {
      let sentence = refusal(Self.header, "1,k,0,0,2,2,mean", "1,k,0,0,2,2,scale:2", "", line)
      #expect(sentence.contains("/list.csv: line 5: \(words)") && !sentence.contains("\n"), "\(sentence)")
    }
    #expect(refusal("layer,matrix").contains("line 1: the first line is not the header"))
    #expect(refusal("").contains("this is an empty file"))
    #expect(refusal(Self.header, "").contains("the list holds no mutations"))
    #expect(refusal("layer;matrix;row", "0;q;0").contains("line 1: values are separated by semicolons"))
    #expect(
      refusal(Self.header + ",note", "0,q,0,0,1,1,zero,x").contains("line 1: the first line is not the header: 'note'"))
    #expect(refusal(Self.header + ",kind").contains("kind is twice"))
    #expect(refusal(Self.header, "0,q,0,0,1,1,\"zero").contains("line 2: a quote is not closed"))
  }

  /// Spreadsheets and R put names and texts in quotes, R the number of each row before it, and people order columns as
  /// they like.
  @Test func quotesAndOrderDoNotMatter() throws {
    let plain = try plan("\(Self.header)\n0,q,0,8,8,16,zero\n1,down,0,8,8,8,scale:2\n")
    let spreadsheet = try plan(
      """
      "","kind","layer","matrix","row","column","rows","columns"\r
      "1","zero",0,"q",0,8,8,16\r
      "2","scale:2","1","down","0","8","8","8"\r

      """)
    #expect(plain.mutationCount == 2 && spreadsheet.mutationCount == 2)
    for position in 0..<2 { #expect(spreadsheet.mutation(at: position) == plain.mutation(at: position)) }
    #expect(spreadsheet.parameters[.scale] == 2)
  }
}

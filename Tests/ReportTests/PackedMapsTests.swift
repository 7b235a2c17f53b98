import Foundation
import Perturbations
import Testing
import TestSupport

/// The bits that the page draws its maps from.
@Suite(.serialized) struct PackedMapsTests {
  private struct Map: Decodable {
    let cells: Int
    let all: Bool
  }

  private struct Maps: Decodable {
    let kinds: [String]
    let maps: [Map]
  }

  private func script(_ id: String, in page: String) throws -> Data {
    let opening = try #require(page.range(of: "id=\"\(id)\">"))
    let closing = try #require(page.range(of: "</script>", range: opening.upperBound..<page.endIndex))
    return Data(page[opening.upperBound..<closing.lowerBound].utf8)
  }

  /// Mutations of every kind, of some regions without one of them: each has its own bits.
  @Test func everyKindHasItsOwn() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      let kinds = Kind.allCases
      #expect(kinds.count > 8)
      let all = (0..<16).flatMap { block in
        let (row, column) = (block / 4 * 8, block % 4 * 8)
        let region = Region(layer: 0, matrix: .q, rows: row..<row + 8, columns: column..<column + 8)
        return kinds.map { Mutation(region: region, kind: $0) }
      }
      let left = all.enumerated().filter { $0.offset / kinds.count != $0.offset % kinds.count }.map(\.element)
      try bench.write(screen, mutations: left)
      try bench.report()
      let page = try bench.page()
      let maps = try JSONDecoder().decode(Maps.self, from: try script("data", in: page))
      #expect(maps.kinds == kinds.map(\.rawValue) && maps.maps.map(\.cells) == [16] && maps.maps.allSatisfy { !$0.all })
      let bytes = [UInt8](try #require(Data(base64Encoded: try script("map-0", in: page))))
      // Planes of two bytes: what was screened by kind, then what is non-silent by kind and input.
      #expect(bytes.count == 2 * (kinds.count + kinds.count * screen.inputs.count))
      func bit(_ plane: Int, _ cell: Int) -> Bool { bytes[2 * plane + cell / 8] >> (cell % 8) & 1 == 1 }
      var seen: Set<Bool> = []
      for (index, mutation) in all.enumerated() {
        let (cell, kind) = index.quotientAndRemainder(dividingBy: kinds.count)
        let isScreened = left.contains(mutation)
        #expect(bit(kind, cell) == isScreened, "\(mutation)")
        for input in screen.inputs.indices {
          let isNonSilent = isScreened && screen.isNonSilent(mutation, input)
          #expect(bit(kinds.count + kind * screen.inputs.count + input, cell) == isNonSilent, "\(mutation) \(input)")
          if kind == 8 { seen.insert(isNonSilent) }
        }
      }
      #expect(seen.count == 2)
    }
  }
}

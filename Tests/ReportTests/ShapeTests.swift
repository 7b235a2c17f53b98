import Archive
import FindingsSupport
import Foundation
import Perturbations
import Testing
import TestSupport
import Transformer

/// Screens that do not have every region of a model: drawn in the true outlines of its matrices, and what is missing is
/// seen.
@Suite(.serialized) struct ShapeTests {
  private struct Map: Decodable, Equatable {
    let layer: Int
    let rows: Int
    let columns: Int
    let grid: [Int]?
    let all: Bool
  }

  private struct Layer: Decodable, Equatable {
    let name: String
    let layer: Int?
  }

  private struct Contents: Decodable {
    let maps: [Map]
    let layers: [Layer]
    let boxes: [String: [Double]]
    let absence: String
  }

  private func contents(of bench: ReportBench) throws -> Contents {
    let page = try bench.page()
    let opening = try #require(page.range(of: "id=\"data\">"))
    let closing = try #require(page.range(of: "</script>", range: opening.upperBound..<page.endIndex))
    return try JSONDecoder().decode(Contents.self, from: Data(page[opening.upperBound..<closing.lowerBound].utf8))
  }

  private func drawing(_ name: String, of bench: ReportBench) throws -> String {
    try String(contentsOfFile: bench.path("report/\(name).svg"), encoding: .utf8)
  }

  /// A model of 100 × 60 and 60 × 100, of which little is screened.
  private func screen(layers: Int) -> SyntheticScreen {
    var screen = SyntheticScreen()
    screen.modelShapes = MatrixShapes(
      layerCount: layers, shapes: [(.q, 100, 60), (.v, 100, 60), (.down, 60, 100)])
    return screen
  }

  private func region(_ layer: Int, _ matrix: WeightMatrix, _ row: Int, _ column: Int, size: Int = 16) -> Region {
    Region(layer: layer, matrix: matrix, rows: row..<row + size, columns: column..<column + size)
  }

  private func mutations(_ regions: [Region]) -> [Mutation] {
    regions.flatMap { region in [Kind.maximum, .minimum].map { Mutation(region: region, kind: $0) } }.sorted()
  }

  // MARK: Samples

  @Test func aSampleHasTheMatricesShapes() throws {
    try ReportBench.run { bench in
      let sample = mutations([region(1, .q, 0, 0), region(1, .q, 32, 16), region(1, .down, 16, 64)])
      try bench.write(screen(layers: 4), mutations: sample)
      try bench.report()
      let found = try contents(of: bench)
      #expect(
        found.maps == [
          Map(layer: 1, rows: 100, columns: 60, grid: [16, 16, 7, 4], all: false),
          Map(layer: 1, rows: 60, columns: 100, grid: [16, 16, 4, 7], all: false),
        ])
      #expect(
        found.layers == [
          Layer(name: "layer 0", layer: nil), Layer(name: "layer 1", layer: 1), Layer(name: "layers 2–3", layer: nil),
        ])
      #expect(found.boxes["q"].map { $0[3] / $0[2] } == 100.0 / 60 && found.boxes["v"] == nil)
      #expect(found.absence == "not screened")
      let page = try bench.page()
      #expect(page.contains("Layers 0 and 2–3 of 4 were not screened. Of v no region was screened in any layer"))
      #expect(page.contains("<dd>1 of 4 × 2</dd>") && !page.contains("without the shapes"))
      // Two matrices of three layers or runs of them, and the patch of the legend.
      let maps = try drawing("maps", of: bench)
      #expect(maps.components(separatedBy: "stroke=\"#b3ada2\"").count == 1 + 6 + 1)
      #expect(maps.contains("layers 2–3, not screened") && maps.contains("layer 0 q: not screened"))
    }
  }

  /// A sample that has but the smaller region at the end of one matrix is on the grid of the others.
  @Test func theSizeIsThatOfTheScreen() throws {
    try ReportBench.run { bench in
      let end = Region(layer: 0, matrix: .q, rows: 96..<100, columns: 48..<60)
      try bench.write(screen(layers: 1), mutations: mutations([end, region(0, .v, 16, 16)]))
      try bench.report()
      #expect(try contents(of: bench).maps.map(\.grid) == [[16, 16, 7, 4], [16, 16, 7, 4]])
    }
  }

  @Test func aFileWithoutShapesSaysSo() throws {
    try ReportBench.run { bench in
      var screen = screen(layers: 4)
      screen.modelShapes = nil
      try bench.write(screen, mutations: mutations([region(1, .q, 0, 0), region(1, .q, 32, 16)]))
      try bench.report()
      let found = try contents(of: bench)
      #expect(found.maps == [Map(layer: 1, rows: 48, columns: 32, grid: [16, 16, 3, 2], all: false)])
      #expect(found.layers == [Layer(name: "layer 1", layer: 1)])
      #expect(try bench.page().contains("without the shapes of the matrices"))
    }
  }

  @Test func aWholeScreenIsNotHatched() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      let shapes = screen.shapes
      screen.modelShapes = MatrixShapes(layerCount: screen.layers, shapes: shapes)
      try bench.write(screen, SyntheticGroups(screen: screen).all)
      try bench.report()
      for name in try bench.reportFiles() where name.hasSuffix(".svg") {
        #expect(try !drawing(String(name.dropLast(4)), of: bench).contains("#b3ada2"), "\(name)")
      }
      #expect(try contents(of: bench).maps.allSatisfy(\.all))
      #expect(try !bench.page().contains("were not screened."))
    }
  }

  // MARK: Layers

  /// One layer of eighty: the page is about as large as that of one layer alone.
  @Test func absentLayersTakeLittleRoom() throws {
    try ReportBench.run { bench in
      let one = mutations([region(40, .q, 0, 0), region(40, .down, 0, 0)])
      var bytes: [Int] = []
      for layers in [41, 80, 1 << 40] {
        try bench.write(screen(layers: layers), mutations: one)
        bytes.append(try bench.report().pageBytes)
      }
      #expect(
        try contents(of: bench).layers.count == 3 && abs(bytes[1] - bytes[0]) < 1000 && abs(bytes[2] - bytes[1]) < 1000)
      let page = try bench.page()
      #expect(page.contains("Layers 0–39 and 41–1099511627775 of 1099511627776 were not screened."))
      // Every second of eighty: those that are missing are told and not drawn.
      try bench.write(screen(layers: 80), mutations: mutations((0..<40).map { region(2 * $0, .q, 0, 0) }))
      try bench.report()
      #expect(try contents(of: bench).layers.count == 40)
      #expect(try bench.page().contains("40 of 80 layers were not screened."))
    }
  }

  @Test func tablesOfLayersHaveTheAbsentOnes() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      screen.modelShapes = MatrixShapes(layerCount: 9, shapes: screen.shapes)
      let groups = try SyntheticGroups(screen: screen).all
      try bench.write(screen, groups)
      try bench.report()
      for name in ["sensitivity", "sensitivity-by-kind", "bias", "severity-divergence", "profiles"] {
        let text = try drawing(name, of: bench)
        #expect(text.contains(">2–8</text>") && text.contains("#b3ada2"), "\(name)")
        #expect(name == "profiles" || text.contains("layers 2–8 down: not screened"), "\(name)")
      }
    }
  }

  // MARK: Refinements and lists

  @Test(arguments: [
    ("mutations: {refine: [64, 16]}\n", true), ("mutations:\n  refine:\n    - [all, 64]\n    - [16, 16]\n", true),
    ("mutations: {refine: [16, 4]}\n", false), ("# refine: [64, 16]\nmutations: {region: [16, 16]}\n", false),
    ("mutations: {refine: [[16, 16], [16, 1]]}\n", false), ("mutations: {refine: }\n", false),
    ("mutations: {refine: [99999999999999999999, 4]}\n", false),
  ]) func whatARefinementDidNotChoose(_ configuration: String, _ isLaterLevel: Bool) throws {
    try ReportBench.run { bench in
      var screen = screen(layers: 1)
      screen.configuration = configuration
      try bench.write(screen, mutations: mutations([region(0, .q, 0, 0), region(0, .q, 16, 0)]))
      try bench.report()
      #expect(try contents(of: bench).absence == (isLaterLevel ? "not chosen at the coarser size" : "not screened"))
      #expect(try bench.page().contains("This is a level of a refinement") == isLaterLevel)
      #expect(try drawing("maps", of: bench).contains("not chosen at the coarser size") == isLaterLevel)
    }
  }

  /// Rectangles at their places in the whole matrix; a silent one shows on one that is not.
  @Test func regionsOfSeveralSizesAreOnTheTrueOutline() throws {
    try ReportBench.run { bench in
      let list = mutations([
        region(0, .q, 0, 0, size: 32), region(0, .q, 8, 8, size: 3), region(0, .q, 99, 59, size: 1),
      ])
      try bench.write(screen(layers: 1), mutations: list)
      try bench.report()
      #expect(try contents(of: bench).maps == [Map(layer: 0, rows: 100, columns: 60, grid: nil, all: true)])
      // A map of 460 × 766.67 pixels.
      let maps = try drawing("maps", of: bench)
      for path in ["M0 0h245.33v245.33h-245.33z", "M61.33 61.33h23v23h-23z", "M452.33 759h7.67v7.67h-7.67z"] {
        #expect(maps.contains(path), "\(path)")
      }
      #expect(maps.contains("stroke=\"#b3ada2\""))
    }
  }

  // MARK: Damage

  @Test func shapesThatDoNotHoldTheirRegionsAreRefused() throws {
    try ReportBench.run { bench in
      for (matrix, rows, columns) in [(WeightMatrix.q, 15, 60), (.q, 100, 15), (.v, 100, 60)] {
        var screen = screen(layers: 1)
        screen.modelShapes = MatrixShapes(layerCount: 1, shapes: [(matrix, rows, columns)])
        try bench.write(screen, mutations: mutations([region(0, .q, 0, 0)]))
        #expect(bench.refusal()?.contains("the file is damaged") == true)
      }
    }
  }

  /// Places and shapes as a damaged file may have them, from single weights to what no model has: refused, or drawn in
  /// little room.
  @Test func oddPlacesAndShapesAreRefusedOrDrawn() throws {
    try ReportBench.run { bench in
      var state: UInt64 = 7
      func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
      }
      let lengths = [1, 2, 7, 64, 1000, 1 << 20, Int(Int32.max) / 2]
      var outcomes: Set<String> = []
      for _ in 0..<60 {
        let regions = (0..<next(6) + 1).map { _ in
          let (row, column) = (next(lengths[next(7)]), next(lengths[next(7)]))
          return Region(
            layer: next(3), matrix: [.q, .v, .down][next(3)], rows: row..<row + 1 + next(lengths[next(7)]),
            columns: column..<column + 1 + next(lengths[next(7)]))
        }
        var screen = screen(layers: 3)
        let isTrue = next(3) > 0
        func length(_ extent: (Region) -> Int, _ matrix: WeightMatrix) -> Int {
          let least = regions.filter { $0.matrix == matrix }.map(extent).max() ?? 1
          return isTrue ? min(least + next(lengths[next(7)]), Int(Int32.max)) : 1 + next(least)
        }
        screen.modelShapes = MatrixShapes(
          layerCount: 3 + next(90),
          shapes: [WeightMatrix.q, .v, .down].map { matrix in
            (matrix, length({ $0.rows.upperBound }, matrix), length({ $0.columns.upperBound }, matrix))
          })
        try bench.write(screen, mutations: mutations(Set(regions).map { $0 }))
        do {
          #expect(try bench.report().pageBytes < 1_000_000)
          outcomes.insert("drawn")
        } catch {
          #expect("\(error)".contains("the file is damaged"), "\(error)")
          outcomes.insert("refused")
        }
      }
      #expect(outcomes == ["drawn", "refused"])
    }
  }

  /// No memory is taken for the regions that an absurd shape would have.
  @Test func absurdShapesTakeNoRoom() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      let groups = try SyntheticGroups(screen: screen).all
      let largest = Int(Int32.max)
      screen.modelShapes = MatrixShapes(
        layerCount: 2, shapes: [(.q, largest, 32), (.up, 64, largest), (.down, largest, largest)])
      try bench.write(screen, groups.filter { $0.name != "severity_map" })
      #expect(try bench.report().pageBytes < 1_000_000)
    }
  }
}

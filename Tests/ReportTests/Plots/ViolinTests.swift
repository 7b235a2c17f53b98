import Drawing
import Foundation
import Testing

/// Distributions and the densities that they are drawn by.
struct ViolinTests {
  @Test func violinsHaveNamesAndTips() {
    let plot = PlotSamples.violins()
    let boxes = PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    for word in ["layer 0", "language", "units", "three", "all equal", "none", "sets", "chance"] {
      #expect(boxes.words.contains(word), "\(word)")
    }
    #expect(boxes.tips.count == 2 + 3 + 1)
    #expect(boxes.tips.contains { $0.hasPrefix("layer 0: median") && $0.hasSuffix(", 200 values") })
    #expect(boxes.tips.contains("three: 2.50"))
    #expect(boxes.tips.contains("all equal: median 1.00, quartiles 1.00 and 1.00, 5 values"))
  }

  /// Four values are points, one beside the other where they would touch; five make a violin.
  @Test func fewValuesArePoints() {
    func boxes(_ values: [Double]) -> PlotBoxes {
      let plot = ViolinPlot(violins: [.init(name: "a", values: values)], vertical: .init(title: ""))
      return PlotBoxes(plot.marks, width: plot.width, height: plot.height)
    }
    let points = boxes([1, 1, 2, 3]).boxes.filter { $0.name == "circle" }
    #expect(points.count == 4 && Set(points.map { "\($0.x) \($0.y)" }).count == 4)
    #expect(boxes([1, 1, 2, 3, .nan]).boxes.filter { $0.name == "circle" }.count == 4)
    let violin = boxes([1, 1, 2, 3, 4])
    #expect(violin.boxes.allSatisfy { $0.name != "circle" })
    #expect(violin.tips == ["a: median 2.00, quartiles 1.00 and 3.00, 5 values"])
  }

  /// The quartiles of 1 to 9 are 3 and 7, the deviation is √7.5; the density at a place is the mean of nine normal
  /// curves.
  @Test func densitiesAreByDefinition() throws {
    let density = try #require(KernelDensity((1...9).map(Double.init) + [.nan], count: 17))
    let width = 0.9 * min(7.5.squareRoot(), 4 / 1.34) / pow(9, 0.2)
    #expect(abs(density.bandwidth - width) < 1e-12)
    #expect(density.places.first == 1 && density.places.last == 9 && abs(density.places[3] - 2.5) < 1e-12)
    var expected = 0.0
    for value in 1...9 {
      let distance = (2.5 - Double(value)) / width
      expected += exp(-distance * distance / 2) / (9 * width * (2 * Double.pi).squareRoot())
    }
    #expect(abs(density.densities[3] - expected) < 1e-12)
    #expect(zip(density.densities, density.densities.reversed()).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func densitiesDoNotDependOnTheOrder() throws {
    let values = PlotSamples.numbers(300, seed: 3)
    let (first, second) = (try #require(KernelDensity(values)), try #require(KernelDensity(values.reversed())))
    #expect(first.densities == second.densities)
    let step = first.places[1] - first.places[0]
    // What is beyond the range is left out.
    #expect(0.9...1 ~= first.densities.reduce(0, +) * step)
    #expect(KernelDensity([1, 1, 1]) == nil && KernelDensity([.nan]) == nil)
    // Most values are equal, but not all.
    #expect(KernelDensity([1, 1, 1, 1, 1, 1, 2]) != nil)
  }
}

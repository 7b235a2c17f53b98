import Basics
import Testing

@Suite struct DistinctTests {
  @Test func equalElementsAreToldOnceInTheirFirstPlace() {
    let distinct = Distinct(["b", "a", "b", "c", "a"])
    #expect(distinct.elements == ["b", "a", "c"] && distinct.places == [0, 1, 0, 2, 1])
    #expect(distinct.spread([10, 20, 30]) == [10, 20, 10, 30, 20])
    #expect(Distinct([Int]()).elements.isEmpty)
  }
}

import Basics
import Studies
import Testing
import TestSupport

@Suite struct MethodComparisonTests {
  /// Normal curve means, `[method][order]`, with a part that all methods of an order have in common.
  private func means(_ seed: UInt64, orders: Int, raised: Double = 0) -> [[Double]] {
    var stream = RandomStream(seed: seed, counter: SIMD4(0, 0, 0, 0))
    let common = (0..<orders).map { _ in 3 * normal(&stream) }
    return (0..<4).map { method in
      common.map { $0 + normal(&stream) + (method == 2 ? raised : 0) }
    }
  }

  private func normal(_ stream: inout RandomStream) -> Double {
    // A sum of twelve uniform numbers is as good as normal here.
    (0..<12).reduce(-6) { sum, _ in sum + Double(stream.below(1 << 20)) / Double(1 << 20) }
  }

  /// Whether any of the verdicts of two sites, on the least and on the most hurtful method, is a finding.
  private func isFinding(_ seed: UInt64, orders: Int) -> Bool {
    (0..<2).contains { site in
      let comparison = MethodComparison(means(seed * 2 + UInt64(site), orders: orders), sites: 2)
      let order = comparison.order
      return [(order[0], order[1]), (order[3], order[2])].contains { one, other in
        comparison.stands(one, other)
      }
    }
  }

  @Test(arguments: [2, 3, 5, 10]) func methodsThatDoNotDifferAreSeldomTold(_ orders: Int) {
    let findings = (0..<100).count { isFinding(UInt64($0), orders: orders) }
    #expect(findings <= 5, "\(findings) of 100 with \(orders) orders")
  }

  @Test func aMethodThatHurtsMoreIsTold() {
    let comparison = MethodComparison(means(7, orders: 10, raised: 6), sites: 2)
    #expect(comparison.order.last == 2 && comparison.pairs == 12)
    #expect((comparison.probability(2, comparison.order[2]) ?? 1) < 0.01)
    #expect(comparison.stands(2, comparison.order[2]) && !comparison.stands(comparison.order[0], comparison.order[1]))
    #expect(MethodComparison([[1], [2]], sites: 1).probability(0, 1) == nil)
    #expect(MethodComparison([[1, 1], [1, 1]], sites: 1).probability(0, 1) == 1)
  }
}

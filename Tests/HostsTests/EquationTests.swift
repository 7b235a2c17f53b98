import Hosts
import Testing
import TestSupport
import Transformer

/// What is read off the list of steps of a block.
@Suite struct EquationTests {
  private func block() throws -> Block { try HostShape.load(path: Demo.modelPath).blocks[0] }

  @Test func aBlockReadsAsItsEquations() throws {
    #expect(
      try "\(block())" == """
        n = norm(x)
        k = k·n
        v = v·n
        q = q·n
        q = rotate(q)
        k = rotate(k)
        a = attention(q, k, v)
        x += o·a
        n = norm(x)
        g = gate·n
        u = up·n
        g = silu(g)·u
        x += down·g
        """)
  }

  /// A change of q, k, v or o is computed densely from the second norm on, one of gate, up or down from the next block
  /// on.
  @Test func aThinPathEndsWhereAllOfTheStreamChanges() throws {
    let block = try block()
    #expect(block.matrices.map { block.path(of: $0).resume } == [8, 8, 8, 8, 13, 13, 13])
    #expect(
      block.matrices.map { block.path(of: $0).passage?.step.matrix } == [.o, .o, .o, nil, .down, .down, nil])
    #expect(block.matrices.filter { block.path(of: $0).isAtAllPositions } == [.k, .v])
    // Heads of 32 components; two query heads share a key head.
    #expect(block.path(of: .q).columns(reachedBy: 40..<72) == 32..<96)
    #expect(block.path(of: .k).columns(reachedBy: 40..<56) == 64..<128)
    #expect(block.path(of: .v).columns(reachedBy: 0..<16) == 0..<64)
    #expect(block.path(of: .up).columns(reachedBy: 40..<56) == 40..<56)
  }

  @Test func aBlockHasFiveSites() throws {
    let block = try block()
    #expect(block.sites == Site.allCases)
    #expect(block.value(at: .residualMiddle) == block.path(of: .q).streamBehind)
    #expect(block.value(at: .residualAfter) == block.path(of: .down).streamBehind)
  }

  /// Side by side, both parts read what enters the block: nothing reads the stream between them.
  @Test func blocksSideBySideHaveNoMiddle() throws {
    let steps = try block().steps
    let block = Block(Array(steps[..<7]) + steps[9..<12] + [steps[7], steps[12]])
    #expect(block.sites == Site.allCases.filter { $0 != .residualMiddle })
    #expect(block.matrices.map { block.path(of: $0).resume } == Array(repeating: block.steps.count, count: 7))
  }
}

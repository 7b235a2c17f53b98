import Foundation
import LinearAlgebra
import MessagePassing
import Testing
import TestSupport
import Training

struct OptimizerTests {
  private func optimizer(
    _ layout: ParameterLayout, _ rule: UpdateRule, shards: Int = 1
  ) -> SharedOptimizer {
    SharedOptimizer(ParameterValues(layout), shards: shards, sharing: Sharing()) { _ in rule }
  }

  private func take(_ numbers: [Float], _ view: MutableMatrixView) {
    for (place, number) in numbers.enumerated() { view[place / view.columns, place % view.columns] = number }
  }

  /// Expected numbers are those of PyTorch's AdamW in double.
  @Test func adamTakesTheStepsOfAnotherProgram() throws {
    let layout = ParameterLayout([("w", 1, 3)])
    let optimizer = optimizer(layout, .adam(Adam(weightDecay: 0.01)))
    let values = optimizer.parameters["w"]
    take([1, -2, 0.5], values)
    let expected: [[Float]] = [
      [0.899000002, -1.898000001, 0.399500008], [0.801582801, -1.801315994, 0.299100516],
      [0.704981096, -1.705291879, 0.198801423],
    ]
    for (step, numbers) in expected.enumerated() {
      let times = Float(step + 1)
      take([0.5 * times, 0.25 - times, 0.125], optimizer.gradient(ofShard: 0)["w"])
      try optimizer.update(rate: 0.1)
      for place in 0..<3 { #expect(abs(values[0, place] - numbers[place]) < 2e-6, "step \(step)") }
    }
    #expect(optimizer.step == 3)
  }

  @Test func aLongGradientIsShortened() throws {
    let layout = ParameterLayout([("a", 2, 2), ("b", 1, 1)])
    let plain = Adam(meanDecay: 0, squareDecay: 0, epsilon: 1e6)
    let optimizer = optimizer(layout, .adam(plain), shards: 2)
    for shard in 0..<2 {
      take([1.5, 0, 0, 0], optimizer.gradient(ofShard: shard)["a"])
      take([2], optimizer.gradient(ofShard: shard)["b"])
    }
    // With so large an ε the step is the gradient over it.
    let norm = try optimizer.update(rate: 1e6, clip: 1)
    #expect(norm == 5)
    #expect(abs(optimizer.parameters["a"][0, 0] + 0.6) < 1e-5 && abs(optimizer.parameters["b"][0, 0] + 0.8) < 1e-5)
  }

  @Test func singularValuesComeNearOne() {
    // Of a diagonal matrix each element goes its own way.
    let matrix = Matrix(rows: 3, columns: 5)
    let diagonal: [Float] = [4, -2, 0.5]
    for (place, value) in diagonal.enumerated() { matrix.view[place, place] = value }
    Muon.orthogonalize(matrix, in: ProductWorkspace())
    let norm = 20.25.squareRoot()
    for (place, value) in diagonal.enumerated() {
      var x = Double(value) / norm
      for _ in 0..<5 { x = 3.4445 * x - 4.775 * x * x * x + 2.0315 * x * x * x * x * x }
      #expect(abs(Double(matrix.view[place, place]) - x) < 1e-4 && abs(abs(x) - 1) < 0.35)
    }
    #expect(matrix.view[0, 1] == 0 && matrix.view[2, 4] == 0)
  }

  @Test func muonStepsAlongTheOrthogonalDirection() throws {
    let layout = ParameterLayout([("w", 4, 2)], whole: ["w"])
    let optimizer = optimizer(layout, .muon(Muon(momentum: 0.5, weightDecay: 0)))
    take([3, 0, 0, 0, 0, 3, 0, 0], optimizer.gradient(ofShard: 0)["w"])
    try optimizer.update(rate: 0.1)
    var x = 0.5.squareRoot()
    for _ in 0..<5 { x = 3.4445 * x - 4.775 * x * x * x + 2.0315 * x * x * x * x * x }
    let values = optimizer.parameters["w"]
    #expect(abs(Double(values[0, 0]) + 0.1 * 2.0.squareRoot() * x) < 1e-5)
    #expect(abs(values[2, 1] - values[0, 0]) < 1e-6 && values[1, 0] == 0 && values[3, 1] == 0)
  }

  @Test func ratesRiseAndFall() {
    let linear = LearningRate(peak: 2, warmUp: 4, fall: .linear, fallsFrom: 0.5, floor: 0.1)
    let rates = [0, 1, 3, 10, 50, 75, 99, 100].map { linear.rate(of: $0, among: 100) }
    let expected = [0.5, 1, 2, 2, 2, 1, 0.2, 0.2]
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rates)")
    let cosine = LearningRate(peak: 1, fall: .cosine)
    #expect(abs(cosine.rate(of: 50, among: 100) - 0.5) < 1e-12 && cosine.rate(of: 0, among: 100) == 1)
    #expect(LearningRate(peak: 3).rate(of: 99, among: 100) == 3)
  }

  @Test(arguments: 1...9) func everyRowHasOneOwner(_ owners: Int) {
    let layout = ParameterLayout([("a", 5, 7), ("b", 1, 3), ("c", 4, 4), ("d", 33, 1)], whole: ["c"])
    let slices = layout.slices(owners)
    #expect(slices.count == owners && slices.first?.lowerBound == 0 && slices.last?.upperBound == layout.count)
    #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    var rows: [String: [Int]] = [:]
    for slice in slices {
      for part in layout.rows(in: slice) {
        rows[part.tensor.name, default: []] += Array(part.rows)
        #expect(part.tensor.name != "c" || part.rows == 0..<4)
      }
    }
    for tensor in layout.tensors { #expect(rows[tensor.name] == Array(0..<tensor.rows), "\(tensor.name)") }
  }
}

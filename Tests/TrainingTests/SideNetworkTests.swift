import LinearAlgebra
import Testing
import TestSupport
import Training

struct SideNetworkTests {
  private func loss(_ network: SideNetwork, _ values: [Double], _ rows: [[Double]], _ weights: [Double]) -> Double {
    rows.reduce(0) { sum, row in
      var now = row
      for layer in 0..<SideNetwork.layerCount {
        let (w, b) = (network.layout["w\(layer)"], network.layout["b\(layer)"])
        now = (0..<w.rows).map { out in
          let own = now.indices.reduce(values[b.offset + out]) {
            $0 + values[w.offset + out * w.columns + $1] * now[$1]
          }
          return layer < SideNetwork.layerCount - 1 ? max(0, own) : own
        }
      }
      return sum + zip(now, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Beside differences of the network written out in double.
  @Test func gradientsAreSlopes() {
    let network = SideNetwork(inputs: 6, width: 9, outputs: 10)
    let parameters = network.untrained(seed: 4)
    let input = Matrix(rows: 5, columns: 6)
    for (place, number) in TensorWriter.numbers(30, seed: 2).enumerated() {
      input.view[place / 6, place % 6] = 2 * number
    }
    let weights = TensorWriter.numbers(10, seed: 6).map(Double.init)
    let rows = (0..<5).map { row in (0..<6).map { Double(input.view[row, $0]) } }
    let values = parameters.numbers.map(Double.init)
    let pass = SidePass(network, capacity: 8)
    let output = pass.run(input.view.reading, parameters)
    let total = (0..<5).reduce(0.0) { sum, row in (0..<10).reduce(sum) { $0 + weights[$1] * Double(output[row, $1]) } }
    #expect(abs(total - loss(network, values, rows, weights)) < 1e-5)
    let slope = pass.outputSlope
    for row in 0..<5 { for place in 0..<10 { slope[row, place] = Float(weights[place]) } }
    let gradient = ParameterValues(network.layout)
    pass.addGradient(parameters, to: gradient)
    var isSeen = false
    for tensor in network.layout.tensors {
      for place in tensor.range {
        var (up, down) = (values, values)
        up[place] += 1e-6
        down[place] -= 1e-6
        let expected = (loss(network, up, rows, weights) - loss(network, down, rows, weights)) / 2e-6
        isSeen = isSeen || abs(expected) > 0.01
        #expect(abs(expected - Double(gradient.all[place])) < 1e-4, "\(tensor.name) \(place)")
      }
    }
    #expect(isSeen)
  }
}

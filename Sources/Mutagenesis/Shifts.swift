import LinearAlgebra

/// How each mutant moves the final residual stream: the mean over steps of mutant less baseline, summed over inputs.
struct Shifts {
  private let mutationCount: Int
  private let hiddenSize: Int
  /// `[mutation, hidden]`
  private var sums: [Double]

  init(mutationCount: Int, hiddenSize: Int) {
    self.mutationCount = mutationCount
    self.hiddenSize = hiddenSize
    sums = Array(repeating: 0, count: mutationCount * hiddenSize)
  }

  /// Adds one input's mean shift; both `[steps, hidden]`.
  mutating func add(_ residual: MatrixView, less baseline: MatrixView, mutant: Int) {
    precondition(residual.rows == baseline.rows && residual.columns == hiddenSize, "[steps, hidden]")
    let start = mutant * hiddenSize
    let scale = 1 / Double(residual.rows)
    var total = [Float](repeating: 0, count: hiddenSize)
    for step in 0..<residual.rows {
      let mutantRow = residual.row(step)
      let baselineRow = baseline.row(step)
      for component in 0..<hiddenSize { total[component] += mutantRow[component] - baselineRow[component] }
    }
    for component in 0..<hiddenSize { sums[start + component] += Double(total[component]) * scale }
  }

  /// The directions `[mutation, component]`, averaged over inputs.
  func directions(inputCount: Int, projection: RandomProjection?) -> [Float] {
    let means = sums.map { Float($0 / Double(max(inputCount, 1))) }
    guard let projection else { return means }
    return (0..<mutationCount).flatMap { mutant in
      projection.apply(means[mutant * hiddenSize..<(mutant + 1) * hiddenSize])
    }
  }
}

/// A seeded Gaussian projection `[components, hidden]` scaled by 1 / √components, so that lengths are kept on average
/// (Johnson and Lindenstrauss 1984). Each entry is a function of (seed, component, hidden index).
struct RandomProjection {
  let components: Int
  let hiddenSize: Int
  private let entries: [Float]

  init(components: Int, hiddenSize: Int, seed: UInt64) {
    self.components = components
    self.hiddenSize = hiddenSize
    let scale = 1 / Double(max(components, 1)).squareRoot()
    entries = (0..<components * hiddenSize).map { index in
      let counter = SIMD4(UInt32(index / hiddenSize), UInt32(index % hiddenSize), 0x7072_6f6a, 0)
      return Float(scale * KeyedRandom(seed: seed, counter: counter).normal)
    }
  }

  func apply(_ vector: ArraySlice<Float>) -> [Float] {
    (0..<components).map { component in
      var sum = 0.0
      for (index, value) in vector.enumerated() { sum += Double(entries[component * hiddenSize + index] * value) }
      return Float(sum)
    }
  }
}

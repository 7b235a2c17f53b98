import Basics
import LinearAlgebra

/// How each mutant moves the residual stream: the mean over steps of mutant less baseline, summed over inputs.
struct DirectionSums {
  private let mutationCount: Int
  private let hiddenSize: Int
  /// Sums of shifts at the end of the model, `[mutation, hidden]`.
  private var atEnd: [Double]
  /// Sums of shifts where the mutation enters the stream, `[mutation, hidden]`; empty where nobody asks for them.
  private var atEntry: [Double]

  init(mutationCount: Int, hiddenSize: Int, keepingEntry: Bool) {
    self.mutationCount = mutationCount
    self.hiddenSize = hiddenSize
    atEnd = Array(repeating: 0, count: mutationCount * hiddenSize)
    atEntry = keepingEntry ? atEnd : []
  }

  /// Bytes that it takes for a full unit.
  static func byteCount(hiddenSize: Int, recording: RecordedColumns) -> Int {
    let kept = recording.direction == .none ? 0 : recording.response ? 2 : 1
    return kept * UnitPlan.mutantsPerUnit * hiddenSize * MemoryLayout<Double>.stride
  }

  /// Adds one input's mean shift at the end; both `[steps, hidden]`.
  mutating func addEnd(_ residual: MatrixView, less baseline: MatrixView, mutant: Int) {
    add(residual, less: baseline, mutant: mutant, to: \.atEnd)
  }

  /// The same where the mutation enters, right after attention or at the end of its layer.
  mutating func addEntry(_ residual: MatrixView, less baseline: MatrixView, mutant: Int) {
    add(residual, less: baseline, mutant: mutant, to: \.atEntry)
  }

  private mutating func add(
    _ residual: MatrixView, less baseline: MatrixView, mutant: Int, to sums: WritableKeyPath<DirectionSums, [Double]>
  ) {
    precondition(
      residual.rows == baseline.rows && residual.columns == hiddenSize && baseline.columns == hiddenSize,
      "[steps, hidden]")
    let start = mutant * hiddenSize
    let scale = 1 / Double(residual.rows)
    var total = [Float](repeating: 0, count: hiddenSize)
    for step in 0..<residual.rows {
      let mutantRow = residual.row(step)
      let baselineRow = baseline.row(step)
      for component in 0..<hiddenSize { total[component] += mutantRow[component] - baselineRow[component] }
    }
    for component in 0..<hiddenSize { self[keyPath: sums][start + component] += Double(total[component]) * scale }
  }

  /// The directions `[mutation, component]`, averaged over inputs.
  func directions(inputCount: Int, projection: RandomProjection?) -> [Float] {
    averages(atEnd, inputCount: inputCount, projection: projection)
  }

  /// What later blocks answered, `[mutation, component]`: the directions less the shifts at the entry.
  func responses(inputCount: Int, projection: RandomProjection?) -> [Float] {
    averages(zip(atEnd, atEntry).map { $0 - $1 }, inputCount: inputCount, projection: projection)
  }

  private func averages(_ sums: [Double], inputCount: Int, projection: RandomProjection?) -> [Float] {
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
      let counter = SIMD4(UInt32(index / hiddenSize), UInt32(index % hiddenSize), StreamName.projection.number, 0)
      var random = RandomStream(seed: seed, counter: counter)
      return Float(scale * random.shortNormal())
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

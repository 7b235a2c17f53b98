/// One block of a model as a list of steps over named slots, in the order in which they run.
///
/// The forward pass, the thin entry of a mutant, traces, the trimmed last layer, operations, memory, the binding of
/// tensors and the sites of hooks are readers of the list; none of them knows a family.
public struct Block: Sendable {
  /// What a slot holds behind a step of the list: every step that writes a slot makes a new value of it.
  public struct Value: Hashable, Sendable {
    /// The slot that holds the value.
    public let slot: Slot
    /// The step that wrote it, -1 for what enters the block.
    public let step: Int
  }

  /// The steps in the order in which they run.
  public let steps: [any Step]
  /// What each step reads, in the order of its inputs.
  public let reads: [[Value]]
  /// The residual stream as it leaves the block.
  public let residualAfter: Value
  /// Whether a step works on all rows even where only the scored ones are wanted, because keys or values come of it.
  let isWhole: [Bool]
  /// The first step that works on the scored rows alone, where only these are wanted; then `compacted` are gathered.
  let firstScored: Int
  /// Slots whose scored rows move to the front before `firstScored`, since steps behind it read them there.
  let compacted: [Slot]
  /// Floats of a row of each slot, by its raw value; 0 where the block has none.
  let widths: [Int]
  /// The place of the product of each matrix.
  private let products: [WeightMatrix: Int]
  /// The path of a change of each matrix, by its index; nil for those that the block has not.
  private let paths: [ThinPath?]
  /// The same where changes are not to take a thin way.
  private let wholePaths: [ThinPath?]

  /// A block of these steps. Each slot but the residual stream is written before it is read and has one width.
  public init(_ steps: [any Step]) {
    self.steps = steps
    var current = [Slot.residual: Value(slot: .residual, step: -1)]
    var reads: [[Value]] = []
    var widths = Array(repeating: 0, count: Slot.allCases.count)
    var products: [WeightMatrix: Int] = [:]
    for (index, step) in steps.enumerated() {
      reads.append(
        step.inputs.map { slot in
          guard let value = current[slot] else {
            preconditionFailure("\(slot) is written before step \(index) reads it")
          }
          return value
        })
      for slot in step.outputs { current[slot] = Value(slot: slot, step: index) }
      for (slot, width) in step.widths {
        precondition([0, width].contains(widths[slot.rawValue]), "\(slot) has one width")
        widths[slot.rawValue] = width
      }
      if let product = step as? Product {
        precondition(products.updateValue(index, forKey: product.matrix) == nil, "a matrix has one product")
      }
    }
    self.reads = reads
    self.widths = widths
    self.products = products
    residualAfter = current[.residual] ?? Value(slot: .residual, step: -1)
    let trimming = Trimming(steps, reads: reads)
    isWhole = trimming.isWhole
    firstScored = trimming.firstScored
    compacted = trimming.compacted
    func path(of matrix: WeightMatrix, whole: Bool) -> ThinPath? {
      products[matrix].flatMap { index in
        (steps[index] as? Product).map {
          ThinPath(of: $0, at: index, in: steps, reads: reads, widths: widths, whole: whole)
        }
      }
    }
    paths = WeightMatrix.ofBlocks.map { path(of: $0, whole: false) }
    wholePaths = WeightMatrix.ofBlocks.map { path(of: $0, whole: true) }
  }

  // MARK: Parts

  /// The weight matrices of the block in canonical order.
  public var matrices: [WeightMatrix] { products.keys.sorted { $0.index < $1.index } }

  /// The product of a matrix that the block has, and its place in the list.
  public func product(of matrix: WeightMatrix) -> (index: Int, step: Product) {
    guard let index = products[matrix], let product = steps[index] as? Product else {
      preconditionFailure("the block has a matrix \(matrix.rawValue)")
    }
    return (index, product)
  }

  /// The path of a change of rows of a matrix that the block has; `whole`, the one that computes all of the block anew
  /// even where there is a thin way.
  public func path(of matrix: WeightMatrix, whole: Bool = false) -> ThinPath {
    guard let path = whole ? wholePaths[matrix.index] : paths[matrix.index] else {
      preconditionFailure("the block has a matrix \(matrix.rawValue)")
    }
    return path
  }

  /// The attention of the block, the first if it has several; nil without any.
  public var attention: (index: Int, step: Attention)? {
    steps.indices.lazy.compactMap { index in (steps[index] as? Attention).map { (index, $0) } }.first
  }

  /// Floats of a row of a slot; 0 where the block has none.
  public func width(of slot: Slot) -> Int { widths[slot.rawValue] }

  /// The tensors of the block, each once: those of its norms in their order, then those of its matrices in canonical
  /// order.
  public var tensors: [StepTensor] {
    let all = steps.filter { !($0 is Product) }.flatMap(\.tensors) + matrices.flatMap { product(of: $0).step.tensors }
    return all.reduce(into: []) { tensors, tensor in
      if !tensors.contains(tensor) { tensors.append(tensor) }
    }
  }

  /// The first matrix of each tensor that holds matrices of the block, in canonical order.
  public var matricesByTensor: [WeightMatrix] {
    var names: Set<String> = []
    return matrices.filter { names.insert(product(of: $0).step.weightName).inserted }
  }

  // MARK: Cost

  /// Elements of the weight matrices that a row meets in the steps from `first` on, of those that work on all rows of a
  /// trimmed layer and of those that work on the scored rows alone.
  public func matrixElements(from first: Int = 0) -> (whole: Double, scored: Double) {
    steps.indices[first...].reduce(into: (0, 0)) { sum, index in
      if isWhole[index] {
        sum.whole += steps[index].matrixElements
      } else {
        sum.scored += steps[index].matrixElements
      }
    }
  }

  /// The number of elements of all weight matrices of the block.
  public var matrixElements: Double { steps.reduce(0) { $0 + $1.matrixElements } }
}

extension Block: CustomStringConvertible {
  /// The block as equations, a line each.
  public var description: String { steps.map(\.equation).joined(separator: "\n") }
}

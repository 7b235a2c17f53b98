import Archive
import Perturbations
import Statistics
import Transformer

/// All that the analyses need of the verdicts of a screen, counted in one pass in canonical order.
///
/// Takes about a hundred bytes for each region.
public struct ScreenCounts: Sendable {
  /// The mutations of one kind of one matrix of one layer.
  public struct Combination: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The kind.
    public let kind: Kind
    /// What the first region of them was set to, which is the same for all regions of a constant kind; nil where not
    /// known.
    public let value: Float?
    /// The number of mutations of the combination.
    public fileprivate(set) var mutationCount = 0
    /// The number of mutations that are non-silent on each input, `[input]`.
    public fileprivate(set) var nonSilent: [Int]
    /// The number of mutations that are non-silent on at least one input.
    public fileprivate(set) var onSomeInput = 0
    /// The number of mutations that are non-silent on every input.
    public fileprivate(set) var onEveryInput = 0
  }

  /// Tasks in the order in which the inputs first name them.
  public let tasks: [String]
  /// The numbers of the inputs of each task, `[task]`.
  public let inputsOfTask: [[Int]]
  /// The number of inputs.
  public let inputCount: Int
  /// The number of mutations that were counted.
  public private(set) var mutationCount = 0
  /// The verdicts counted by region and kind.
  public private(set) var regions: RegionTable
  /// Every single verdict, in a bit.
  public private(set) var planes: VerdictPlanes
  /// For each task the number of regions with a non-silent verdict on one of its inputs.
  public private(set) var regionsOfTask: [Int]
  /// Whether all verdicts that were counted have a divergence.
  public private(set) var hasDivergence = true
  /// The shapes of the model's matrices; nil where the results file does not hold them.
  public var shapes: MatrixShapes?
  private let source: String
  private let taskOfInput: [Int]
  private var counted: [Combination] = []
  private var last: Mutation?
  /// Where in `counted` the kinds of the present matrix are.
  private var places: [Kind: Int] = [:]
  /// Whether the present region has a non-silent verdict on each task.
  private var isRegionOfTask: [Bool]

  /// Begins with no verdicts: `taskOfInput` names the task of each input, `source` the file in error sentences.
  public init(taskOfInput names: [String], source: String) {
    var tasks: [String] = []
    var inputsOfTask: [[Int]] = []
    taskOfInput = names.enumerated().map { input, name in
      let task = tasks.firstIndex(of: name) ?? tasks.count
      if task == tasks.count {
        tasks.append(name)
        inputsOfTask.append([])
      }
      inputsOfTask[task].append(input)
      return task
    }
    self.tasks = tasks
    self.inputsOfTask = inputsOfTask
    self.source = source
    inputCount = names.count
    regions = RegionTable(inputCount: names.count)
    planes = VerdictPlanes(inputCount: names.count)
    regionsOfTask = Array(repeating: 0, count: tasks.count)
    isRegionOfTask = Array(repeating: false, count: tasks.count)
  }

  // MARK: Counting

  /// Takes in the next verdicts; throws if a mutation does not come behind the one before it in canonical order.
  public mutating func add(_ slab: VerdictSlab) throws {
    precondition(slab.inputCount == inputCount, "verdicts on the same inputs")
    hasDivergence = hasDivergence && slab.divergence != nil
    for (row, mutation) in slab.mutations.enumerated() {
      try begin(mutation)
      let verdicts = row * inputCount..<(row + 1) * inputCount
      count(
        mutation, value: slab.values?[row], firstChange: slab.firstChange[verdicts],
        divergence: slab.divergence?[verdicts] ?? [])
    }
  }

  private mutating func begin(_ mutation: Mutation) throws {
    if let last, !(last < mutation) {
      throw FindingsError(
        "cannot analyze \(source): mutation \(mutationCount) does not come behind the one before it in canonical "
          + "order; the file is damaged")
    }
    let region = mutation.region
    if last?.region.layer != region.layer || last?.region.matrix != region.matrix { places = [:] }
    if last?.region != region {
      regions.append(region)
      planes.append()
      for task in isRegionOfTask.indices { isRegionOfTask[task] = false }
    }
    last = mutation
  }

  private mutating func count(
    _ mutation: Mutation, value: Float?, firstChange: ArraySlice<Int16>, divergence: ArraySlice<Float>
  ) {
    let place = place(of: mutation, value: value)
    var changed = 0
    for (input, step) in firstChange.enumerated() where step >= 0 {
      changed += 1
      counted[place].nonSilent[input] += 1
      let task = taskOfInput[input]
      if !isRegionOfTask[task] {
        isRegionOfTask[task] = true
        regionsOfTask[task] += 1
      }
    }
    mutationCount += 1
    counted[place].mutationCount += 1
    if changed > 0 { counted[place].onSomeInput += 1 }
    if changed == inputCount, inputCount > 0 { counted[place].onEveryInput += 1 }
    planes.record(mutation.kind, firstChange: firstChange)
    regions.record(mutation.kind, nonSilent: changed, divergences: divergence)
  }

  private mutating func place(of mutation: Mutation, value: Float?) -> Int {
    if let place = places[mutation.kind] { return place }
    let region = mutation.region
    let silent = Array(repeating: 0, count: inputCount)
    counted.append(
      Combination(layer: region.layer, matrix: region.matrix, kind: mutation.kind, value: value, nonSilent: silent))
    places[mutation.kind] = counted.count - 1
    return counted.count - 1
  }
}

extension ScreenCounts {
  // MARK: Sums

  /// Every combination of layer, matrix and kind that occurs, in canonical order.
  public var combinations: [Combination] { counted.sorted { $0.order.lexicographicallyPrecedes($1.order) } }

  /// Layers that were screened, ascending.
  public var layers: [Int] { Set(counted.map(\.layer)).sorted() }
  /// Matrices that were screened, in canonical order.
  public var matrices: [WeightMatrix] {
    WeightMatrix.allCases.filter { matrix in counted.contains { $0.matrix == matrix } }
  }
  /// Kinds that were screened, in canonical order.
  public var kinds: [Kind] { Kind.allCases.filter { kind in counted.contains { $0.kind == kind } } }

  /// The verdicts of a layer, a matrix, a kind, or any mixture of these; all of them without a choice.
  public func verdicts(
    layer: Int? = nil, matrix: WeightMatrix? = nil, kind: Kind? = nil, task: Int? = nil
  ) -> Proportion {
    chosen(layer, matrix, kind).reduce(Proportion()) { $0 + verdicts(of: $1, task: task) }
  }

  /// The verdicts of one combination, on the inputs of one task or on all.
  public func verdicts(of combination: Combination, task: Int? = nil) -> Proportion {
    let inputs = task.map { inputsOfTask[$0] } ?? Array(0..<inputCount)
    return Proportion(
      count: inputs.reduce(0) { $0 + combination.nonSilent[$1] }, total: combination.mutationCount * inputs.count)
  }

  /// Mutations of a kind, or of all: how many, and how many are non-silent on at least one and on every input.
  public func mutations(kind: Kind? = nil) -> (count: Int, onSomeInput: Int, onEveryInput: Int) {
    chosen(nil, nil, kind).reduce((0, 0, 0)) {
      ($0.0 + $1.mutationCount, $0.1 + $1.onSomeInput, $0.2 + $1.onEveryInput)
    }
  }

  private func chosen(_ layer: Int?, _ matrix: WeightMatrix?, _ kind: Kind?) -> [Combination] {
    counted.filter { combination in
      (layer ?? combination.layer) == combination.layer && (matrix ?? combination.matrix) == combination.matrix
        && (kind ?? combination.kind) == combination.kind
    }
  }
}

extension ScreenCounts.Combination {
  fileprivate var order: [Int] { [layer, matrix.index, Int(kind.code)] }
}

import Configuration
import Perturbations
import Transformer

extension ScreenConfiguration {
  private static let mutationLimit = 1 << 30

  /// The mutations that this configuration asks for in a model of this shape, divided into units; of a refinement those
  /// of the first level. A list is read, unless the plan of it is `listed` here. Where mutations are chosen by a
  /// forecast, that is read, unless all are wanted: `choosing` is false.
  ///
  /// Throws a `TextFileError` that names the line when a layer or a matrix does not exist in the model, the sample is
  /// larger than the space, a direction has more components than the model's hidden size, or there are more than 2³⁰
  /// mutations.
  public func plan(
    for model: HostShape, listed: UnitPlan? = nil, choosing: Bool = true
  ) throws -> UnitPlan {
    if case .projected(let count) = recording.direction, count > model.hiddenSize {
      throw refusal(
        "record.direction",
        "\(count) components are more than the model's hidden size; use true or a number up to \(model.hiddenSize)")
    }
    switch choice {
    case .regions(let size): return try plan(for: model, size, key: "mutations.region", choosing: choosing)
    case .edits(let edits):
      return try plan(
        for: model, edits.size(in: model), key: "mutations.edits", parameters: try edits.parameters(for: model))
    case .components(let components): return try plan(for: model, components)
    case .refinement(let sizes): return try plan(for: model, sizes[0], key: "mutations.refine")
    case .pairs(let pairs): return try listed ?? UnitPlan(pairs: pairs.pairs(for: model))
    case .list(let path, let which):
      return try listed ?? UnitPlan(list: MutationListFile.read(path: path, which: which, model: model))
    }
  }

  /// All mutations of regions of a size; throws if a layer or a matrix does not exist in the model.
  func space(of size: RegionSize, for model: HostShape) throws -> MutationSpace {
    MutationSpace(
      shape: model, region: size, layers: try layers(of: model), matrices: try matrices(of: model), kinds: kinds)
  }

  /// The layers that are screened.
  func layers(of model: HostShape) throws -> [Int] {
    let layers = self.layers ?? Array(0..<model.layerCount)
    if let missing = layers.first(where: { $0 >= model.layerCount }) {
      let last = model.layerCount - 1
      throw refusal("mutations.layers", "the model has no layer \(missing); use layers from 0 to \(last)")
    }
    return layers
  }

  /// The matrices that are screened; all of them are those that the layers of the model have, which may have no gate.
  func matrices(of model: HostShape) throws -> [WeightMatrix] {
    for matrix in matrices where matrix.isOuter {
      if let problem = problem(ofOuter: matrix) ?? model.problem(ofOuter: matrix) {
        throw refusal("mutations.matrices", problem)
      }
    }
    let own = matrices.filter { $0.isOuter || model.matrices.contains($0) }
    if matrices != WeightMatrix.ofBlocks, let missing = matrices.first(where: { !own.contains($0) }) {
      throw refusal(
        "mutations.matrices",
        "the model has no matrix \(missing.rawValue); use all or some of "
          + model.matrices.map(\.rawValue).joined(separator: ", "))
    }
    return own
  }

  /// Why mutations of a matrix outside of the layers cannot be chosen so; nil if they can.
  private func problem(ofOuter matrix: WeightMatrix) -> String? {
    if case .components = choice {
      return "components are of matrices of layers; remove \(matrix.rawValue), or screen its regions"
    }
    guard forecastChoice != nil else { return nil }
    return "forecasts are of matrices of layers; remove \(matrix.rawValue), or mutations.forecast"
  }

  private func plan(
    for model: HostShape, _ size: RegionSize, key: String, parameters: KindParameters? = nil, choosing: Bool = true
  ) throws -> UnitPlan {
    let space = try space(of: size, for: model)
    let (inLayers, isTooLarge) = space.mutationsPerLayer.multipliedReportingOverflow(by: space.layers.count)
    let count = isTooLarge ? 0 : inLayers + space.outerCount
    guard !isTooLarge, (sampleCount ?? count) <= Self.mutationLimit else {
      throw refusal(
        sampleCount == nil ? key : "mutations.sample",
        "this asks for more than \(Self.mutationLimit) mutations; use larger regions, fewer layers or a smaller sample")
    }
    if let sampleCount, sampleCount > count {
      throw refusal(
        "mutations.sample",
        "a sample of \(sampleCount) is larger than all \(count) mutations; use all or a smaller number")
    }
    if choosing, let forecastChoice {
      let selection = try ForecastSelection(forecastChoice, space: space, seed: seed)
      return UnitPlan(space: space, chosen: selection.chosen, parameters: parameters ?? self.parameters)
    }
    return UnitPlan(space: space, sampleCount: sampleCount, seed: seed, parameters: parameters ?? self.parameters)
  }
}

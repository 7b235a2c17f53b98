import Basics
import Foundation
import LinearAlgebra

/// The tensors of an autoencoder by their meanings; remembers which were used.
struct AutoencoderTensors {
  private let file: any ArrayFile
  private var used: Set<String> = []

  init(_ file: any ArrayFile) { self.file = file }

  /// A sentence if the file has tensors that nothing is known of.
  var notices: [String] {
    let rest = file.names.filter { name in
      !used.contains(name) && !AutoencoderNames.idle.contains(name) && !AutoencoderNames.decoderBias.contains(name)
        && !AutoencoderNames.threshold.contains(name) && !name.hasPrefix("dataset_average_activation_norm.")
    }
    guard !rest.isEmpty else { return [] }
    let list = rest.prefix(8).map(\.quoted).joined(separator: ", ") + (rest.count > 8 ? ", …" : "")
    return ["tensors of \(file.path) whose meaning is not known are left out: \(list)"]
  }

  func has(_ names: [String]) -> Bool { names.contains(where: file.contains) }

  /// The first of these that the file has.
  func name(of names: [String]) -> String? { names.first(where: file.contains) }

  // MARK: Reading

  /// `[features, width]` of the first of the names that the file has: by its shape, or by its name where it is square.
  mutating func matrix(
    _ names: [(name: String, isByFeature: Bool)], _ part: String, width: Int, hook: String
  ) throws -> Matrix {
    guard let (name, isByFeature) = names.first(where: { file.contains($0.name) }) else {
      let present = file.names.prefix(8).map(\.quoted).joined(separator: ", ")
      throw unfit(
        "it has no \(part): none of \(names.map(\.name).joined(separator: ", "))",
        "rename its tensors, which are \(present.isEmpty ? "none" : present)")
    }
    let array = try file.array(named: name)
    let shape = array.shape
    guard shape.count == 2, array.elementCount > 0, array.elementCount <= 1 << 33, shape.contains(width) else {
      throw unfit(
        "its \(name) has the shape \(shape), and activations of the model at \(hook) have \(width) numbers",
        "use an autoencoder that was trained on this model and hook, or name its hook with --hook")
    }
    used.insert(name)
    let isByRows = shape[0] == shape[1] ? isByFeature : shape[1] == width
    return Matrix(array, transposing: !isByRows)
  }

  /// The first of the names that the file has; nil if it has none.
  mutating func vector(_ names: [String], count: Int) throws -> [Float]? {
    guard let name = name(of: names) else { return nil }
    let array = try file.array(named: name)
    guard array.elementCount == count else {
      throw unfit("its \(name) has the shape \(array.shape) where \(count) numbers fit", "download it again")
    }
    used.insert(name)
    return array.values
  }

  /// Thresholds, `[features]`, one for all being repeated; nil where the file has none.
  mutating func thresholds(count: Int) throws -> (values: [Float], isSingle: Bool)? {
    guard let name = name(of: AutoencoderNames.threshold) else { return nil }
    let isSingle = try file.array(named: name).elementCount == 1
    guard var values = try vector([name], count: isSingle ? 1 : count) else { return nil }
    if name.contains("log_") { values = values.map { Float(exp(Double($0))) } }
    guard values.allSatisfy({ !$0.isNaN }) else {
      throw unfit("its \(name) holds values that are not numbers", "download it again")
    }
    return (isSingle ? Array(repeating: values[0], count: count) : values, isSingle)
  }

  /// The three vectors of a gated encoder, arXiv 2404.16014, equation (6).
  mutating func gate(count: Int) throws -> SparseAutoencoder.Gate {
    func need(_ names: [String], _ tensors: inout AutoencoderTensors) throws -> [Float] {
      guard let values = try tensors.vector(names, count: count), values.allSatisfy(\.isFinite) else {
        throw tensors.unfit("it is gated and has no finite \(names[0])", "download it again")
      }
      return values
    }
    return SparseAutoencoder.Gate(
      gateBias: try need(AutoencoderNames.gateBias, &self),
      scale: try need(AutoencoderNames.magnitudeScale, &self).map { Float(exp(Double($0))) },
      magnitudeBias: try need(AutoencoderNames.magnitudeBias, &self))
  }

  /// What the metadata calls by one of these names.
  func metadata(_ names: [String]) -> String? { names.compactMap { file.metadata[$0] }.first }

  // MARK: Words

  func unfit(_ problem: String, _ remedy: String) -> CloudsError {
    CloudsError("cannot use the sparse autoencoder \(file.path): \(problem); \(remedy)")
  }
}

extension Matrix {
  /// An array as it is or with rows and columns exchanged.
  fileprivate convenience init(_ array: any NumberArray, transposing: Bool) {
    self.init(rows: transposing ? array.columns : array.rows, columns: transposing ? array.rows : array.columns)
    // A slab of the file's rows at a time, because a column of a large file would touch every page.
    for slab in slabs(of: array.rows, width: array.columns) {
      let values = array.rows(slab)
      for (place, value) in values.enumerated() {
        let (row, column) = (slab.lowerBound + place / array.columns, place % array.columns)
        if transposing { view[column, row] = value } else { view[row, column] = value }
      }
    }
  }

  /// All elements, row-major, copied.
  var values: [Float] {
    withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: view.base, count: rows * columns)) }
  }
}

import Basics
import LinearAlgebra
import Transformer
import Weights

/// A safetensors file with components of a model's matrices: a parameter decomposition, or a LoRA.
///
/// Behind the name of a matrix's module, as transformers has it and with anything in front, a parameter decomposition
/// has `.weight.u`, `[components, out]`, and `.weight.v`, `[components, in]`, or these without `.weight`; a LoRA has
/// `.lora_B.weight`, `[out, components]`, and `.lora_A.weight`, `[components, in]`. Where a tensor of the model holds
/// several matrices, such as q, k and v, the outputs of its components are those of the tensor.
public struct ComponentFile: Sendable {
  private struct Key: Hashable {
    let layer: Int
    let matrix: WeightMatrix
  }

  /// The components of a matrix.
  private struct Entry {
    /// The vectors a, `[components, outputs of the tensor]`, or the other way round where it is a LoRA's.
    let left: Tensor
    let isLoRA: Bool
    /// The vectors v, `[components, in]`.
    let right: Tensor
    let storage: Storage
    let rows: Int
  }

  /// The path of the file.
  public let path: String
  /// The SHA-256 of its bytes, 64 hexadecimal digits.
  public let sha256: String
  private let entries: [Key: Entry]

  /// Reads the file at `path` for a model of this shape; throws a sentence where its tensors do not fit the model, are
  /// of no matrix of it, or hold what are no numbers.
  public init(path: String, shape: HostShape) throws {
    let file = try SafetensorsFile(path: path)
    self.path = path
    sha256 = SHA256.hexadecimal(of: [file.file.bytes])
    var (entries, used): ([Key: Entry], Set<String>) = ([:], [])
    for layer in 0..<shape.layerCount {
      for matrix in shape.matrices {
        let product = shape.blocks[layer].product(of: matrix).step
        guard let names = try ComponentFile.names(of: "\(shape.layersName).\(layer).\(product.name)", in: file) else {
          continue
        }
        used.formUnion([names.left, names.right])
        let entry = Entry(
          left: try file.tensor(named: names.left), isLoRA: names.isLoRA, right: try file.tensor(named: names.right),
          storage: product.storage, rows: product.rows)
        try ComponentFile.check(entry, product, layer: layer, path: path)
        entries[Key(layer: layer, matrix: matrix)] = entry
      }
    }
    if let other = file.names.first(where: { !used.contains($0) }) {
      throw PerturbationsError(
        "cannot use the components of \(path.quoted): the tensor \(other.quoted) is of no matrix of the model; name a "
          + "file for this model, with tensors such as \(shape.layersName).0.\(shape.firstModule).weight.u and .v, or "
          + ".lora_A.weight and .lora_B.weight, and nothing else")
    }
    guard !entries.isEmpty else {
      throw PerturbationsError("cannot use the components of \(path.quoted): the file has no tensors; name another")
    }
    self.entries = entries
  }

  // MARK: Names

  private static let endings: [(left: String, right: String, isLoRA: Bool)] = [
    (".weight.u", ".weight.v", false), (".u", ".v", false), (".lora_B.weight", ".lora_A.weight", true),
  ]

  /// The names of the tensors of a module, whatever stands in front; nil where there are none.
  private static func names(
    of module: String, in file: SafetensorsFile
  ) throws -> (left: String, right: String, isLoRA: Bool)? {
    var found: [(left: String, right: String, isLoRA: Bool)] = []
    for ending in endings {
      for (own, other) in [(ending.left, ending.right), (ending.right, ending.left)] {
        for name in file.names where name.hasSuffix(module + own) {
          let prefix = name.dropLast(module.count + own.count)
          guard prefix.isEmpty || prefix.hasSuffix(".") else { continue }
          guard file.contains(prefix + module + other) else {
            throw PerturbationsError(
              "cannot use the components of \(file.path.quoted): it has \(name.quoted) without "
                + "\((prefix + module + other).quoted); give both vectors of each component")
          }
          if own == ending.left { found.append((name, prefix + module + other, ending.isLoRA)) }
        }
      }
    }
    guard found.count < 2 else {
      throw PerturbationsError(
        "cannot use the components of \(file.path.quoted): \(found[0].left.quoted) and \(found[1].left.quoted) are of "
          + "one matrix; keep one")
    }
    return found.first
  }

  // MARK: Shapes

  private static func check(_ entry: Entry, _ product: Product, layer: Int, path: String) throws {
    let outputs = product.tensors[0].shape[product.storage.isTransposed ? 1 : 0]
    let count = entry.right.shape.first ?? 0
    let left = entry.isLoRA ? "[\(outputs), components]" : "[components, \(outputs)]"
    for (tensor, sizes, words) in [
      (entry.right, [count, product.columns], "[components, \(product.columns)]"),
      (entry.left, entry.isLoRA ? [outputs, count] : [count, outputs], left),
    ] {
      guard tensor.shape == sizes, (1...ComponentSource.limit).contains(count) else {
        throw PerturbationsError(
          "cannot use the components of \(path.quoted): \(tensor.name.quoted) has the shape \(tensor.shape), and "
            + "\(product.matrix.rawValue) of layer \(layer) takes \(words), 1 to \(ComponentSource.limit) components, "
            + "as many in both tensors; name a file for this model")
      }
      guard tensor.extremes().largest.isFinite else {
        throw PerturbationsError(
          "cannot use the components of \(path.quoted): \(tensor.name.quoted) holds what are no finite numbers; make "
            + "the file again")
      }
    }
  }

  // MARK: Components

  /// The number of components of a matrix; 0 where the file has none.
  func count(layer: Int, matrix: WeightMatrix) -> Int {
    entries[Key(layer: layer, matrix: matrix)]?.right.rows ?? 0
  }

  /// The first `count` components of a matrix, each multiplied by `factor`.
  func components(layer: Int, matrix: WeightMatrix, count: Int, factor: Double) -> MatrixComponents {
    guard let entry = entries[Key(layer: layer, matrix: matrix)], count <= entry.right.rows else {
      preconditionFailure("components of the file")
    }
    let (whole, right) = (Matrix(of: entry.left), Matrix(of: entry.right))
    var left = DoubleMatrix(rows: count, columns: entry.rows)
    for run in entry.storage.runs(rows: 0..<entry.rows) {
      for (place, row) in run.rows.enumerated() {
        for component in 0..<count {
          let output = run.start + place
          let value = entry.isLoRA ? whole.view[output, component] : whole.view[component, output]
          left[component, row] = factor * Double(value)
        }
      }
    }
    return MatrixComponents(left: left, right: DoubleMatrix(right[rows: 0..<count].reading))
  }
}

extension Matrix {
  /// A copy of a tensor with two axes.
  fileprivate convenience init(of tensor: Tensor) {
    self.init(rows: tensor.rows, columns: tensor.columns)
    tensor.widen(rows: 0..<tensor.rows, into: view.base)
  }
}

extension HostShape {
  /// The module of the first matrix, for examples.
  fileprivate var firstModule: String {
    matrices.first.map { blocks[0].product(of: $0).step.name } ?? "self_attn.q_proj"
  }
}

import Geometry
import StrictJSON
import Weights

/// The rows of a tensor of a safetensors file as points.
public struct TensorCloud: Sendable {
  public let cloud: Cloud
  public let tensorName: String

  /// Reads the tensor `name`, `[points, components]`, or the only one of two dimensions if no name is given; with `transposing`
  /// its columns are the points. The file's metadata may name them: a JSON list of texts called `words`.
  public init(_ source: PointSource, tensor name: String?, transposing: Bool = false) throws {
    let file = try SafetensorsFile(path: source.path)
    let tensor = try file.tensor(named: try name ?? TensorCloud.onlyMatrix(of: file))
    guard tensor.shape.count == 2, tensor.elementCount > 0 else {
      throw CloudsError(
        "cannot take points from tensor \(tensor.name.quoted) of \(source.path): its shape is \(tensor.shape), and rows of "
          + "numbers are needed; name another with --tensor")
    }
    let (count, dimension) = transposing ? (tensor.columns, tensor.rows) : (tensor.rows, tensor.columns)
    tensorName = tensor.name
    cloud = try source.cloud(
      count: count, dimension: dimension, names: TensorCloud.words(of: file, count: count)
    ) { take in
      for slab in slabs(of: count, width: dimension) {
        let points = transposing ? tensor.columns(slab) : tensor.rows(slab)
        points.withUnsafeBufferPointer(take)
      }
    }
  }

  // MARK: Parts

  private static func onlyMatrix(of file: SafetensorsFile) throws -> String {
    let matrices = file.names.filter { (try? file.tensor(named: $0))?.shape.count == 2 }
    guard let only = matrices.first, matrices.count == 1 else {
      let list = matrices.prefix(8).map(\.quoted).joined(separator: ", ") + (matrices.count > 8 ? ", …" : "")
      throw CloudsError(
        "cannot choose a tensor of \(file.path): it has \(matrices.count) of two dimensions"
          + (matrices.isEmpty ? "; name a file that holds points" : ", \(list); name one with --tensor"))
    }
    return only
  }

  private static func words(of file: SafetensorsFile, count: Int) -> [String]? {
    guard var text = file.metadata["words"],
      let list = try? text.withUTF8({ try JSONReader.read(UnsafeRawBufferPointer($0), valueLimit: count + 1) }),
      let words = list.elements(\.string), words.count == count
    else { return nil }
    return words
  }
}

extension Tensor {
  /// Some rows as float32, `[rows, columns]`.
  fileprivate func rows(_ range: Range<Int>) -> [Float] {
    widened(count: range.count * columns) { widen(rows: range, into: $0) }
  }

  /// Some columns as float32 and as rows, `[columns, rows]`.
  fileprivate func columns(_ range: Range<Int>) -> [Float] {
    let dense = widened(count: range.count * rows) { widen(rows: 0..<rows, columns: range, into: $0) }
    return range.indices.flatMap { column in
      (0..<rows).map { dense[$0 * range.count + column - range.lowerBound] }
    }
  }

  private func widened(count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      body(base)
      initialized = count
    }
  }
}

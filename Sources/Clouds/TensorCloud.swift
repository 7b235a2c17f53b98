import Basics
import Geometry
import StrictJSON

/// The rows of an array of a safetensors file, or of one that numpy saved, as points.
public struct TensorCloud: Sendable {
  /// A point for each row, or for each column of an array that was transposed.
  public let cloud: Cloud
  /// The array's name; empty if the file holds one array without a name.
  public let tensorName: String

  /// Reads the array `name`, `[points, components]`, or the only one of two dimensions if no name is given; with
  /// `transposing` its columns are the points. The file's metadata may name them: a JSON list of texts called `words`.
  public init(_ source: PointSource, tensor name: String?, transposing: Bool = false) throws {
    let file = try ArrayFiles.open(source.path, wanting: "a tensor of points")
    let tensor = try file.array(named: try name ?? TensorCloud.onlyMatrix(of: file))
    guard tensor.shape.count == 2, tensor.elementCount > 0 else {
      let place = tensor.name.isEmpty ? "the array" : "tensor \(tensor.name.quoted)"
      throw CloudsError(
        "cannot take points from \(place) of \(source.path): its shape is \(tensor.shape), and rows of numbers are "
          + "needed; " + (file.names.count > 1 ? "name another with --tensor" : "save it with two dimensions"))
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

  private static func onlyMatrix(of file: any ArrayFile) throws -> String {
    if let only = file.names.first, file.names.count == 1 { return only }
    let matrices = file.names.filter { (try? file.array(named: $0))?.shape.count == 2 }
    guard let only = matrices.first, matrices.count == 1 else {
      let list = matrices.prefix(8).map(\.quoted).joined(separator: ", ") + (matrices.count > 8 ? ", …" : "")
      throw CloudsError(
        "cannot choose a tensor of \(file.path): it has \(matrices.count) of two dimensions"
          + (matrices.isEmpty ? "; name a file that holds points" : ", \(list); name one with --tensor"))
    }
    return only
  }

  private static func words(of file: any ArrayFile, count: Int) -> [String]? {
    guard var text = file.metadata["words"],
      let list = try? text.withUTF8({ try JSONReader.read(UnsafeRawBufferPointer($0), valueLimit: count + 1) }),
      let words = list.elements(\.string), words.count == count
    else { return nil }
    return words
  }
}

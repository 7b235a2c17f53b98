import Transformer

extension HostShape {
  /// Why a model of this shape does not have a region, in words for a message; nil if it has.
  public func problem(of region: Region) -> String? {
    guard (0..<layerCount).contains(region.layer) else {
      return "the model has no layer \(region.layer); use layers from 0 to \(layerCount - 1)"
    }
    guard matrices.contains(region.matrix) else {
      return "the model has no matrix \(region.matrix.rawValue); use "
        + matrices.map(\.rawValue).joined(separator: ", ")
    }
    let shape = shape(of: region.matrix)
    let name = region.matrix.rawValue
    if region.rows.upperBound > shape.rows {
      return
        "rows \(region.rows.lowerBound) to \(region.rows.upperBound - 1) are not in \(name), which has \(shape.rows)"
    }
    if region.columns.upperBound > shape.columns {
      return "columns \(region.columns.lowerBound) to \(region.columns.upperBound - 1) are not in \(name), which has "
        + "\(shape.columns)"
    }
    return nil
  }
}

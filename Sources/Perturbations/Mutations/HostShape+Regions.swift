import Transformer

extension HostShape {
  /// Why a model of this shape does not have a region, in words for a message; nil if it has.
  public func problem(of region: Region) -> String? {
    guard !region.matrix.isOuter else { return problem(ofOuter: region) }
    guard (0..<layerCount).contains(region.layer) else {
      return "the model has no layer \(region.layer); use layers from 0 to \(layerCount - 1)"
    }
    guard matrices.contains(region.matrix) else {
      return "the model has no matrix \(region.matrix.rawValue); use "
        + matrices.map(\.rawValue).joined(separator: ", ")
    }
    return problem(ofExtent: region)
  }

  /// Why a model of this shape has no matrix outside of its layers, in words for a message; nil if it has.
  public func problem(ofOuter matrix: WeightMatrix) -> String? {
    guard !outerMatrices.contains(matrix) else { return nil }
    return embedding.tokens == nil
      ? "a model that reads images has no matrix \(matrix.rawValue); use "
        + matrices.map(\.rawValue).joined(separator: ", ")
      : "the head of this model is its embedding (tie_word_embeddings); use embedding, which changes both"
  }

  private func problem(ofOuter region: Region) -> String? {
    if let problem = problem(ofOuter: region.matrix) { return problem }
    guard region.layer == Region.outside else {
      return "\(region.matrix.rawValue) is of no layer; write \(Region.outside) for its layer"
    }
    return problem(ofExtent: region)
  }

  private func problem(ofExtent region: Region) -> String? {
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

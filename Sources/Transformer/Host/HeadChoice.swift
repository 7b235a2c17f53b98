import Weights

/// Which tensors are the embedding and the head of a model. As transformers 5 decides: what the files hold goes before
/// what the configuration says of it.
struct HeadChoice {
  let embedding: Tensor
  let head: Tensor
  /// Whether the head is the embedding.
  let isTied: Bool
  /// A sentence for the person where files and configuration contradict each other.
  let notice: String?

  /// Both are `[vocabulary, hidden]`, where the model reads tokens. Where a head that should be the embedding is there
  /// too, the two are compared, which reads them up to the first difference.
  init(_ names: TensorNames, _ host: HostShape, _ checkpoint: Checkpoint) throws {
    let shape = [host.vocabularyCount, host.hiddenSize]
    let hasHead = checkpoint.contains(names.head)
    let isHeadAlone = host.tiedHead && hasHead && !checkpoint.contains(names.embedding)
    let weights = PackedWeights(checkpoint)
    embedding = try weights.matrix(isHeadAlone ? names.head : names.embedding, shape: host.embedding.tensor.shape)
    guard hasHead else {
      guard host.tiedHead else {
        try weights.check(names.head)
        throw HeadChoice.missing(names.head, checkpoint, isOfClasses: host.classNames != nil)
      }
      head = embedding
      isTied = true
      notice = nil
      return
    }
    head = try weights.matrix(names.head, shape: shape)
    isTied = host.tiedHead && (isHeadAlone || head.equals(embedding))
    notice =
      isTied || !host.tiedHead
      ? nil
      : "config.json of \(checkpoint.path) says that the head is the embedding (tie_word_embeddings), but "
        + "\(names.head) is another matrix; the files' own head is used"
  }

  private static func missing(_ head: String, _ checkpoint: Checkpoint, isOfClasses: Bool) -> TransformerError {
    if isOfClasses {
      return TransformerError(
        "cannot use the model \(checkpoint.path): \(checkpoint.listing) has no \(head), so it names no classes; take "
          + "the model that was trained further to classify images")
    }
    return TransformerError(
      "cannot use the model \(checkpoint.path): \(checkpoint.listing) has no \(head), and tie_word_embeddings in "
        + "config.json is false or absent, which says that the head is a matrix of its own; get the files again, or "
        + "write \"tie_word_embeddings\": true if the head is the embedding")
  }
}

extension Tensor {
  /// Whether all elements have the same values; both have one shape.
  fileprivate func equals(_ other: Tensor) -> Bool {
    var (own, others) = ([Float](repeating: 0, count: columns), [Float](repeating: 0, count: columns))
    return (0..<rows).allSatisfy { row in
      widen(rows: row..<row + 1, into: &own)
      other.widen(rows: row..<row + 1, into: &others)
      return own == others
    }
  }
}

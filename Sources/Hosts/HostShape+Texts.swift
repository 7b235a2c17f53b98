import Transformer

extension HostShape {
  /// Throws a `HostsError` where the model reads images, and `use` is of texts: "studies read texts".
  public func checkReadsTexts(_ path: String, _ use: String) throws {
    guard classNames != nil else { return }
    throw HostsError(
      "cannot use the model \(path) here: it classifies images, and \(use); name a language model, or screen this one "
        + "with locus screen")
  }
}

extension Phenotypes {
  /// Rows of `other`, which has the same columns, take the place of rows of this.
  ///
  /// `source` are rows of `other`; they go to the rows from `target` on.
  public mutating func replaceRows(from target: Int, with other: Phenotypes, rows source: Range<Int>) {
    precondition(hasColumns(of: other), "both have the same inputs, steps, components and records")
    precondition(source.upperBound <= other.mutationCount && target + source.count <= mutationCount, "rows of both")
    func replace<Element>(_ own: inout [Element], _ others: [Element], width: Int) {
      guard width > 0 else { return }
      own.replaceSubrange(
        target * width..<(target + source.count) * width,
        with: others[source.lowerBound * width..<source.upperBound * width])
    }
    replace(&value, other.value, width: 1)
    replace(&firstChange, other.firstChange, width: inputCount)
    replace(&margin, other.margin, width: inputCount)
    replace(&divergence, other.divergence, width: divergence.isEmpty ? 0 : inputCount)
    replace(
      &logPerplexityChange, other.logPerplexityChange, width: logPerplexityChange.isEmpty ? 0 : inputCount)
    replace(&tokens, other.tokens, width: tokens.isEmpty ? 0 : inputCount * stepCount)
    replace(&direction, other.direction, width: componentCount)
    replace(&response, other.response, width: response.isEmpty ? 0 : componentCount)
    replace(&choice, other.choice, width: choice.isEmpty ? 0 : inputCount)
  }

  private func hasColumns(of other: Phenotypes) -> Bool {
    inputCount == other.inputCount && stepCount == other.stepCount && componentCount == other.componentCount
      && divergence.isEmpty == other.divergence.isEmpty && tokens.isEmpty == other.tokens.isEmpty
      && logPerplexityChange.isEmpty == other.logPerplexityChange.isEmpty && choice.isEmpty == other.choice.isEmpty
      && response.isEmpty == other.response.isEmpty
  }

  // MARK: Bytes

  /// Bytes of all rows.
  public var byteCount: Int {
    let numbers =
      value.count + margin.count + divergence.count + logPerplexityChange.count + tokens.count + direction.count
      + response.count
    return MemoryLayout<Float>.stride * numbers + MemoryLayout<Int16>.stride * firstChange.count + choice.count
  }

  /// The rows as bytes in the machine's order, array after array.
  public func bytes(rows: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    func append<Element>(_ values: [Element], width: Int) {
      guard width > 0 else { return }
      values[rows.lowerBound * width..<rows.upperBound * width].withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    append(value, width: 1)
    append(firstChange, width: inputCount)
    append(margin, width: inputCount)
    append(divergence, width: divergence.isEmpty ? 0 : inputCount)
    append(logPerplexityChange, width: logPerplexityChange.isEmpty ? 0 : inputCount)
    append(tokens, width: tokens.isEmpty ? 0 : inputCount * stepCount)
    append(direction, width: componentCount)
    append(response, width: response.isEmpty ? 0 : componentCount)
    append(choice, width: choice.isEmpty ? 0 : inputCount)
    return bytes
  }

  /// Takes all rows from bytes that `bytes(rows:)` made; returns how many bytes were read, nil if there are too few.
  public mutating func read(_ bytes: ArraySlice<UInt8>) -> Int? {
    var rest = bytes
    func take<Element: BitwiseCopyable>(_ values: inout [Element]) -> Bool {
      let count = values.count * MemoryLayout<Element>.stride
      guard rest.count >= count else { return false }
      values.withUnsafeMutableBytes { $0.copyBytes(from: rest.prefix(count)) }
      rest = rest.dropFirst(count)
      return true
    }
    let complete =
      take(&value) && take(&firstChange) && take(&margin) && take(&divergence) && take(&logPerplexityChange)
      && take(&tokens) && take(&direction) && take(&response) && take(&choice)
    return complete ? bytes.count - rest.count : nil
  }
}

// Rows of a table are moved and stored as bytes, column after column.
extension Phenotypes {
  /// Puts rows of `other`, which has the same columns, in the place of rows of this table.
  ///
  /// `source` are rows of `other`; they go to the rows from `target` on.
  public mutating func replaceRows(from target: Int, with other: Phenotypes, rows source: Range<Int>) {
    precondition(hasColumns(of: other), "both have the same inputs, steps, components and records")
    precondition(source.upperBound <= other.mutationCount && target + source.count <= mutationCount, "rows of both")
    guard !source.isEmpty else { return }
    for column in Phenotypes.columns {
      let rowBytes = byteCount(of: column) / mutationCount
      column.withMutableBytes(of: &self) { own in
        column.withBytes(of: other) { others in
          UnsafeMutableRawBufferPointer(rebasing: own[target * rowBytes..<(target + source.count) * rowBytes])
            .copyMemory(
              from: UnsafeRawBufferPointer(
                rebasing: others[source.lowerBound * rowBytes..<source.upperBound * rowBytes]))
        }
      }
    }
  }

  private func hasColumns(of other: Phenotypes) -> Bool {
    inputCount == other.inputCount && stepCount == other.stepCount && componentCount == other.componentCount
      && Phenotypes.columns.allSatisfy { (byteCount(of: $0) == 0) == (other.byteCount(of: $0) == 0) }
  }

  /// Returns the table with the record of every mutation on every input, by its place in `[mutation, input]`, replaced
  /// by the one at `source(place)`; what is recorded of a mutation on all inputs together stays.
  public func takingVerdicts(from source: (_ place: Int) -> Int) -> Phenotypes {
    let count = mutationCount * inputCount
    guard count > 0 else { return self }
    var table = self
    let sources = (0..<count).map(source)
    for column in Phenotypes.columns where column.axes.first == .input {
      let width = byteCount(of: column) / count
      column.withMutableBytes(of: &table) { own in
        column.withBytes(of: self) { others in
          for (place, source) in sources.enumerated() {
            UnsafeMutableRawBufferPointer(rebasing: own[place * width..<(place + 1) * width]).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: others[source * width..<(source + 1) * width]))
          }
        }
      }
    }
    return table
  }

  // MARK: Bytes

  /// Bytes of all rows, as `bytes(rows:)` writes them.
  public var byteCount: Int { Phenotypes.columns.reduce(0) { $0 + byteCount(of: $1) } }

  private func byteCount(of column: PhenotypeColumn) -> Int { column.withBytes(of: self) { $0.count } }

  /// The rows as bytes in the machine's order, column after column.
  public func bytes(rows: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    guard !rows.isEmpty else { return bytes }
    for column in Phenotypes.columns {
      column.withBytes(of: self) { all in
        let rowBytes = all.count / mutationCount
        bytes.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: all[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]))
      }
    }
    return bytes
  }

  /// Takes all rows from bytes that `bytes(rows:)` made; returns how many bytes were read, nil if there are too few.
  public mutating func read(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= byteCount else { return nil }
    var rest = bytes
    for column in Phenotypes.columns {
      column.withMutableBytes(of: &self) { own in
        own.copyBytes(from: rest.prefix(own.count))
        rest = rest.dropFirst(own.count)
      }
    }
    return bytes.count - rest.count
  }
}

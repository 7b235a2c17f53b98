import Basics
import MessagePassing

extension Lobes.Division {
  /// Labels, numbers and eigenvalues, eight bytes each.
  var bytes: [UInt8] {
    let counts = [labels.count, lobeCount, componentCount, eigenvalues.count, landmarkError == nil ? 0 : 1]
    let words =
      counts.map { UInt64($0) } + [(landmarkError ?? 0).bitPattern] + eigenvalues.map(\.bitPattern)
      + labels.map { UInt64(bitPattern: Int64($0)) }
    return words.memoryBytes
  }

  /// Reads what `bytes` made of a division of so many points; nil if this is none.
  init?(bytes: [UInt8], pointCount: Int) {
    let frontCount = 6
    guard bytes.count % MemoryLayout<UInt64>.stride == 0 else { return nil }
    let words = [UInt64](memoryBytes: bytes)
    let counts = words.prefix(frontCount - 1).compactMap { Int(exactly: $0) }
    guard words.count >= frontCount, counts.count == frontCount - 1, counts[0] == pointCount,
      counts[3] <= words.count, words.count == frontCount + counts[3] + counts[0]
    else { return nil }
    let labels = words.suffix(counts[0]).compactMap { Int32(exactly: Int64(bitPattern: $0)) }
    guard labels.count == pointCount, labels.allSatisfy({ $0 >= -1 && Int($0) < counts[1] }) else { return nil }
    self.labels = labels
    lobeCount = counts[1]
    componentCount = counts[2]
    eigenvalues = words[frontCount..<frontCount + counts[3]].map { Double(bitPattern: $0) }
    landmarkError = counts[4] == 0 ? nil : Double(bitPattern: words[5])
  }
}

extension Sharing {
  /// A division of so many points into lobes, which all ranks make together; not again where it was kept. Collective.
  func division(
    _ step: String, pointCount: Int, _ body: () throws -> Lobes.Division
  ) throws -> Lobes.Division {
    try kept(step, encode: \.bytes, decode: { Lobes.Division(bytes: $0, pointCount: pointCount) }, body)
  }
}

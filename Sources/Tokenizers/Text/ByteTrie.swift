/// Numbers by byte strings, found by their beginnings.
struct ByteTrie: Sendable {
  /// The node that a byte leads to, by node × 256 + byte; node 0 is the root.
  private var edges: [Int: Int] = [:]
  /// The number at each node, or -1.
  private var values: [Int32] = [-1]
  private var isFirst = [Bool](repeating: false, count: 256)

  /// Adds a string that is not empty; of two equal ones the first counts.
  mutating func insert(_ string: some Sequence<UInt8>, _ value: Int32) {
    var node = 0
    for byte in string {
      if node == 0 { isFirst[Int(byte)] = true }
      node = child(of: node, byte)
    }
    if node > 0, values[node] < 0 { values[node] = value }
  }

  private mutating func child(of node: Int, _ byte: UInt8) -> Int {
    let key = node << 8 | Int(byte)
    if let child = edges[key] { return child }
    edges[key] = values.count
    values.append(-1)
    return values.count - 1
  }

  /// Calls `body` with the end and the number of every string that begins at `start` of `text`, the shortest first.
  func forEachMatch(in text: ArraySlice<UInt8>, at start: Int, _ body: (Int, Int32) -> Void) {
    guard start < text.endIndex, isFirst[Int(text[start])] else { return }
    var node = 0
    for position in start..<text.endIndex {
      guard let child = edges[node << 8 | Int(text[position])] else { return }
      node = child
      if values[node] >= 0 { body(position + 1, values[node]) }
    }
  }

  /// Returns the end and the number of the longest string that begins at `start` of `text`.
  func longestMatch(in text: ArraySlice<UInt8>, at start: Int) -> (end: Int, value: Int32)? {
    var match: (end: Int, value: Int32)?
    forEachMatch(in: text, at: start) { match = ($0, $1) }
    return match
  }
}

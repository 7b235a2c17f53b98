import MessagePassing
import Weights

/// A file in memory that the ranks of a node have together, where the system lets them, and else one for each.
struct SharedFile {
  /// The file as this rank has opened it.
  let file: MemoryFile
  /// The ranks that fill it together: all, or this one alone.
  let filling: Sharing

  /// Makes a file of zeros for ranks of one node. Collective.
  init(byteCount: Int, name: String, _ sharing: Sharing) throws {
    let first = try sharing.agree { sharing.isFirst ? try MemoryFile(byteCount: byteCount, name: name) : nil }
    let address = try sharing.share(first?.address ?? [])
    let found = first ?? MemoryFile(at: address)
    let isFound = try sharing.ofAllRanks([found == nil ? 0 : 1])
    if let found, !isFound.contains(0) {
      file = found
      filling = sharing
      return
    }
    file = try sharing.agree { try first ?? MemoryFile(byteCount: byteCount, name: name) }
    filling = sharing.alone
  }
}

import Basics

/// Which activations each step of a training takes: a function of the rows and the step alone.
///
/// An epoch takes each activation once, but for what is left over at the end of each buffer. Where all activations fit
/// one buffer, they are shuffled among each other; else rows are shuffled, and then the activations of a buffer.
struct FeedPlan {
  /// The step's place: its epoch, the buffer of it, and the batch of that.
  struct Place: Equatable {
    let epoch: Int
    let buffer: Int
    let batch: Int
  }

  /// Bytes of activations in memory by default.
  static let usualBytes = 1 << 28

  let rows: [StudyRow]
  /// Positions at the beginning of each row that are left out.
  let begin: Int
  let batch: Int
  let isShuffled: Bool
  let seed: UInt64
  /// Activations of all rows.
  let positionCount: Int
  /// Activations of a buffer, at most; there is room for a batch and a row in any case, so that a full one has a batch.
  let capacity: Int

  init(rows: [StudyRow], begin: Int, batch: Int, buffer: Int, isShuffled: Bool, seed: UInt64) {
    self.rows = rows
    self.begin = begin
    self.batch = batch
    self.isShuffled = isShuffled
    self.seed = seed
    positionCount = rows.reduce(0) { $0 + max(0, $1.count - begin) }
    capacity = max(batch + (rows.map(\.count).max() ?? 1), min(buffer, positionCount))
  }

  /// Whether all activations are in memory together.
  var isWhole: Bool { positionCount <= capacity }

  /// The rows of each buffer of an epoch, in their order.
  func buffers(of epoch: Int) -> [[Int]] {
    let order =
      isWhole || !isShuffled
      ? Array(rows.indices) : MixedStream(seed: seed, stream: 1 << 40 + epoch).order(rows.count)
    var (buffers, count) = ([[Int]](), capacity)
    for row in order {
      let own = max(0, rows[row].count - begin)
      if count + own > capacity {
        buffers.append([])
        count = 0
      }
      buffers[buffers.count - 1].append(row)
      count += own
    }
    return buffers
  }

  /// Activations of a buffer.
  func count(_ buffer: [Int]) -> Int { buffer.reduce(0) { $0 + max(0, rows[$1].count - begin) } }

  /// The order in which the activations of a buffer are taken.
  func order(_ place: Place, buffers: Int, count: Int) -> [Int] {
    guard isShuffled else { return Array(0..<count) }
    return MixedStream(seed: seed, stream: 200 + place.epoch * buffers + place.buffer).order(count)
  }
}

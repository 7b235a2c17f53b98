import LinearAlgebra
import MessagePassing
import Runs

/// Batches of activations for the steps of trainings, computed a buffer at a time by all ranks together.
final class ActivationFeed {
  let site: ActivationSite
  let plan: FeedPlan
  private let buffer: Matrix
  private let batch: Matrix
  /// The epoch whose buffers are known, the step that it begins with, and these.
  private var epoch = (number: 0, start: 0, buffers: [[Int]]())
  /// The rows whose activations the buffer holds.
  private var held: [Int] = []
  /// The order of the buffer that is being taken.
  private var order: (place: FeedPlan.Place?, positions: [Int]) = (nil, [])

  init(_ site: ActivationSite, _ plan: FeedPlan) {
    self.site = site
    self.plan = plan
    buffer = Matrix(rows: plan.capacity, columns: site.width)
    batch = Matrix(rows: plan.batch, columns: site.width)
    epoch.buffers = plan.buffers(of: 0)
  }

  /// The activations of a step, `[batch, width]`, valid until the next ones; nil on all ranks where one is to stop
  /// before they are computed. Collective.
  func batch(_ step: Int, _ sharing: Sharing, _ keeper: CheckpointKeeper) throws -> MatrixView? {
    let place = place(of: step)
    let rows = epoch.buffers[place.buffer]
    if held != rows {
      guard try fill(rows, sharing, keeper) else { return nil }
    }
    let start = FeedPlan.Place(epoch: place.epoch, buffer: place.buffer, batch: 0)
    if order.place != start {
      order = (start, plan.order(start, buffers: epoch.buffers.count, count: plan.count(rows)))
    }
    for target in 0..<plan.batch {
      let source = order.positions[place.batch * plan.batch + target]
      batch.view.row(target).update(from: buffer.view.row(source), count: site.width)
    }
    return batch.view.reading
  }

  private func batches(_ buffer: [Int]) -> Int { plan.count(buffer) / plan.batch }

  private func place(of step: Int) -> FeedPlan.Place {
    if step < epoch.start { epoch = (0, 0, plan.buffers(of: 0)) }
    var rest = step - epoch.start
    while true {
      for (number, buffer) in epoch.buffers.enumerated() {
        let own = batches(buffer)
        if rest < own { return FeedPlan.Place(epoch: epoch.number, buffer: number, batch: rest) }
        rest -= own
      }
      let count = epoch.buffers.reduce(0) { $0 + batches($1) }
      epoch = (epoch.number + 1, epoch.start + count, plan.buffers(of: epoch.number + 1))
    }
  }

  /// Computes the activations of rows; false on all ranks where one is to stop. Collective.
  private func fill(_ rows: [Int], _ sharing: Sharing, _ keeper: CheckpointKeeper) throws -> Bool {
    held = []
    let own = sharing.ownRange(of: rows.count).map { rows[$0] }
    var values: [Float] = []
    values.reserveCapacity(plan.count(own) * site.width)
    // So many rows at a time, between which a rank may stop.
    let group = max(1, site.ground.panelTokens / max(1, plan.rows.first?.count ?? 1))
    var isStopped = false
    for start in stride(from: 0, to: own.count, by: group) where !isStopped {
      isStopped = keeper.isToStop
      if isStopped { break }
      let part = own[start..<min(start + group, own.count)].map { plan.rows[$0] }
      site.forEach(of: part) { activations in
        for row in 0..<activations.rows {
          values += UnsafeBufferPointer(start: activations.row(row), count: activations.columns)
        }
      }
    }
    guard !(try sharing.ofAllRanks([isStopped ? 1 : 0]).contains(1)) else { return false }
    let all = try sharing.ofAllRanks(values)
    all.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      buffer.view.base.update(from: base, count: numbers.count)
    }
    held = rows
    return true
  }
}

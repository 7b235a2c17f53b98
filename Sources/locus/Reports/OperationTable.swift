import Basics
import Perturbations
import Screen
import Transformer

/// The operations of a plan's verdicts by matrix, layer and part.
enum OperationTable {
  static func text(of verdicts: VerdictOperations) -> String {
    var table = TextTable([
      ("verdicts of", .left), ("mutations", .right), ("blocks", .right), ("attention", .right), ("head", .right),
      ("corrections", .right), ("in all", .right), ("share", .right),
    ])
    func add(_ name: String, _ count: Int, _ operations: Operations) {
      let parts = [operations.blocks, operations.attention, operations.head, operations.corrections, operations.total]
      let share = Quantity.percent(operations.total / max(verdicts.total.total, 1))
      table.add([name, count.grouped] + parts.map(Quantity.operations) + [share])
    }
    for line in verdicts.byMatrix { add(line.matrix.rawValue, line.mutationCount, line.operations) }
    for line in verdicts.byLayer { add("layer \(line.layer)", line.mutationCount, line.operations) }
    add("all", verdicts.byMatrix.reduce(0) { $0 + $1.mutationCount }, verdicts.total)
    return table.lines.joined(separator: "\n")
  }
}

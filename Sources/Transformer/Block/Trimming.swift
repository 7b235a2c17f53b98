/// How a block runs where only the scored rows are wanted behind it: keys and values are computed for all rows, all
/// else for the scored ones.
struct Trimming {
  let isWhole: [Bool]
  let firstScored: Int
  let compacted: [Slot]

  init(_ steps: [any Step], reads: [[Block.Value]]) {
    var isWhole = Array(repeating: false, count: steps.count)
    for index in steps.indices.reversed() {
      let readers = steps.indices.filter { reader in reads[reader].contains { $0.step == index } }
      isWhole[index] = readers.contains { reader in
        isWhole[reader]
          || reads[reader].contains { $0.step == index && Trimming.needsAllRows(of: $0.slot, steps[reader]) }
      }
    }
    let firstScored = isWhole.firstIndex(of: false) ?? steps.count
    // What steps on the scored rows read and steps on all rows, or the layer before, have written.
    let carried = steps.indices.filter { !isWhole[$0] }.flatMap { index in
      reads[index].filter { value in
        !Trimming.needsAllRows(of: value.slot, steps[index]) && (value.step < 0 || isWhole[value.step])
      }.map(\.slot)
    }
    compacted = Slot.allCases.filter(carried.contains)
    for index in steps.indices where index > firstScored && isWhole[index] {
      precondition(
        Set(steps[index].inputs + steps[index].outputs).isDisjoint(with: compacted),
        "keys and values are computed before what the scored rows need alone")
    }
    self.isWhole = isWhole
    self.firstScored = firstScored
  }

  /// Attention reads keys and values at all positions.
  private static func needsAllRows(of slot: Slot, _ step: any Step) -> Bool {
    step is Attention && slot != .query
  }
}

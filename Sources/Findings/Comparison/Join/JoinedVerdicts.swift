import Archive
import Perturbations
import Statistics

/// The verdicts that two screens have on the same mutations, read side by side.
struct JoinedVerdicts {
  /// What the mutants of the first screen do.
  private(set) var first: RegionScores
  /// What the mutants of the second screen do.
  private(set) var second: RegionScores
  /// How verdicts agree; nil where inputs are not compared one by one.
  private(set) var agreement: VerdictAgreement?

  /// Verdicts read at a time, some megabytes with their continuations.
  private static let slabVerdicts = 1 << 18

  /// Reads the joined rows of both files, some at a time.
  init(
    _ one: borrowing ResultsFile, _ other: borrowing ResultsFile, mutations: MutationJoin, inputs: InputJoin
  ) throws {
    let hasDivergence = one.summary.recording.divergence && other.summary.recording.divergence
    first = RegionScores(
      kindCounts: mutations.kindCounts, inputCount: one.summary.inputCount, hasDivergence: hasDivergence)
    second = RegionScores(
      kindCounts: mutations.kindCounts, inputCount: other.summary.inputCount, hasDivergence: hasDivergence)
    let texts = inputs.basis == .inputs ? try TextPairs(one, other) : nil
    if inputs.basis == .inputs {
      agreement = VerdictAgreement()
      agreement?.sameTexts = texts == nil ? nil : Proportion()
      agreement?.sameBaselines = try texts?.baselines(one, other, inputs.strata)
    }
    let rows = max(1, JoinedVerdicts.slabVerdicts / max(one.summary.inputCount, other.summary.inputCount, 1))
    var start = 0
    while start < mutations.count {
      var end = start
      while end < mutations.count, mutations.firstRows[end] - mutations.firstRows[start] < rows,
        mutations.secondRows[end] - mutations.secondRows[start] < rows
      {
        end += 1
      }
      let left = try Slab(one, mutations.firstRows[start]..<mutations.firstRows[end - 1] + 1, hasTexts: texts != nil)
      let right = try Slab(
        other, mutations.secondRows[start]..<mutations.secondRows[end - 1] + 1, hasTexts: texts != nil)
      for place in start..<end {
        let region = Int(mutations.regionOfMutation[place])
        let (row, otherRow) = (mutations.firstRows[place], mutations.secondRows[place])
        first.add(region: region, firstChange: left.changes(row), divergence: left.divergences(row))
        second.add(region: region, firstChange: right.changes(otherRow), divergence: right.divergences(otherRow))
        compare(left, row, right, otherRow, inputs.strata, texts)
      }
      start = end
    }
  }

  /// Takes in whether the verdicts on a mutation agree, input by input.
  private mutating func compare(
    _ left: Slab, _ row: Int, _ right: Slab, _ otherRow: Int, _ strata: [InputJoin.Stratum], _ texts: TextPairs?
  ) {
    guard agreement != nil else { return }
    for stratum in strata {
      let (input, otherInput) = (stratum.first[0], stratum.second[0])
      let (one, other) = (left.isChanged(row, input), right.isChanged(otherRow, otherInput))
      agreement?.add(one, other)
      guard one, other, let texts else { continue }
      let isSame = texts.areEqual(left.tokens(row, input), right.tokens(otherRow, otherInput))
      agreement?.sameTexts? += Proportion(count: isSame ? 1 : 0, total: 1)
    }
  }
}

/// Some consecutive rows of a file.
private struct Slab {
  private let firstRow: Int
  private let inputCount: Int
  private let stepCount: Int
  private let firstChange: [Int16]
  private let divergence: [Float]
  private let allTokens: [Int32]

  init(_ file: borrowing ResultsFile, _ rows: Range<Int>, hasTexts: Bool) throws {
    firstRow = rows.lowerBound
    (inputCount, stepCount) = (file.summary.inputCount, file.summary.stepCount)
    firstChange = try file.values(\.firstChange, rows)
    divergence = try file.recordedValues(\.divergence, rows) ?? []
    allTokens = hasTexts ? try file.recordedValues(\.tokens, rows) ?? [] : []
  }

  private func verdicts(_ row: Int) -> Range<Int> {
    (row - firstRow) * inputCount..<(row - firstRow + 1) * inputCount
  }

  func changes(_ row: Int) -> ArraySlice<Int16> { firstChange[verdicts(row)] }

  func divergences(_ row: Int) -> ArraySlice<Float> { divergence.isEmpty ? [] : divergence[verdicts(row)] }

  func isChanged(_ row: Int, _ input: Int) -> Bool { firstChange[(row - firstRow) * inputCount + input] >= 0 }

  func tokens(_ row: Int, _ input: Int) -> ArraySlice<Int32> {
    let place = (row - firstRow) * inputCount + input
    return allTokens[place * stepCount..<(place + 1) * stepCount]
  }
}

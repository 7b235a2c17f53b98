import Foundation

/// The probability of a statistic as extreme as one that was found, counted among draws of its null, the found one
/// itself counted as one of them (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39).
///
/// Draws give no probability below 1 / (draws + 1). Where not one draw is as extreme, the true probability may be as
/// small as it likes, and all that is known is that it is at most about that; so it is written with a "≤".
public struct PermutationProbability: Equatable, Sendable {
  /// Draws that are as extreme.
  public let reached: Int
  /// How many draws of the null there were.
  public let drawCount: Int

  /// Makes the probability of a figure that `reached` of the draws come up to.
  public init(reached: Int, of drawCount: Int) {
    precondition(reached >= 0 && reached <= max(drawCount, 0), "no more draws are as extreme than there are")
    self.reached = reached
    self.drawCount = drawCount
  }

  /// Of draws at least as large as what was found; draws that equal it but for rounding are as large. Draws that are
  /// not numbers are left out, and there is no probability where what was found is none.
  public init(_ found: Double, among draws: some Sequence<Double>) {
    let rounding = 1e-12 * max(1, abs(found))
    let known = found.isNaN ? [] : draws.filter { !$0.isNaN }
    self.init(reached: known.count { $0 >= found - rounding }, of: known.count)
  }

  /// The one that a file holds as a number beside its number of draws; nil where no count of so many draws gives it.
  public init?(value: Double, of drawCount: Int) {
    let count = value * Double(drawCount) + value - 1
    guard drawCount > 0, count.isFinite, count.rounded() >= 0, count.rounded() <= Double(drawCount),
      abs(count - count.rounded()) <= 1e-6 * Double(drawCount)
    else { return nil }
    self.init(reached: Int(count.rounded()), of: drawCount)
  }

  /// Not a number without draws.
  public var value: Double { drawCount > 0 ? Double(reached + 1) / Double(drawCount + 1) : .nan }

  /// Whether it is the least that so many draws can give.
  public var isLeast: Bool { drawCount > 0 && reached == 0 }

  /// What stands before a number that is this probability, or that grows with it as an adjusted one does.
  public var sign: String { isLeast ? "≤ " : "" }

  /// The number as `number` writes it, behind a "≤" where it is the least: "0.12" or "≤ 0.005".
  public func text(_ number: (Double) -> String) -> String { sign + number(value) }

  /// With three significant digits: "p 0.12", "p ≤ 0.005", or "p –" without draws.
  public var text: String { "p " + text { $0.isNaN ? "–" : String(format: "%.3g", $0) } }
}

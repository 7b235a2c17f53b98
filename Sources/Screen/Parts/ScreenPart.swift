import Archive
import Basics
import Configuration
import Perturbations

/// One of several parts of a screen, which are run apart and gathered later.
public struct ScreenPart: Equatable, Sendable, CustomStringConvertible {
  /// The part's number, from 1 up.
  public let index: Int
  /// The number of parts.
  public let count: Int

  /// Takes a part's number; a precondition checks that there is such a part.
  public init(index: Int, of count: Int) {
    precondition(count >= 1 && (1...count).contains(index), "a part is one of its count")
    self.index = index
    self.count = count
  }

  /// The part that a text such as `2/8` names.
  public init(parsing text: String) throws {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { digits in
      digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) : nil
    }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1], index >= 1, index <= count else {
      throw ScreenError("\(text.quoted) is no part; \(ScreenPart.advice(numbers))")
    }
    self.init(index: index, of: count)
  }

  /// What to write instead of `numbers`, which are those between slashes, nil where there is no number.
  private static func advice(_ numbers: [Int?]) -> String {
    let usual = "write the part and how many there are, such as 2/8"
    switch numbers.count {
    case 1:
      guard let part = numbers[0], part >= 1, part < 1000 else { return usual }
      return "it lacks how many there are: write --part \(part)/\(max(part, 8)) if there are \(max(part, 8))"
    case 2:
      guard let part = numbers[0], let count = numbers[1], count >= 1 else { return usual }
      return "parts are numbered from 1 to \(count): write --part \(min(max(part, 1), count))/\(count)"
    default: return usual
    }
  }

  public var description: String { "\(index)/\(count)" }

  /// The units of this part, of a plan whose units take these many operations each.
  ///
  /// A unit belongs to the part in whose share of the operations its middle lies, so that parts take about equal time;
  /// each has a unit at least. Throws if there are fewer units than parts.
  public func units(costs: [Double]) throws -> Range<Int> {
    guard costs.count >= count else {
      throw ScreenError(
        "cannot divide the screen into \(count) parts: it has \(costs.count) units; choose at most \(costs.count) parts"
      )
    }
    let total = costs.reduce(0, +)
    var (start, end) = (0, 0)
    var before = 0.0
    for part in 1...index {
      start = end
      // Every later part keeps a unit.
      let last = costs.count - (count - part)
      let share = total * (Double(part) / Double(count))
      while end < last, part == count || end == start || before + costs[end] / 2 < share {
        before += costs[end]
        end += 1
      }
    }
    return start..<end
  }

  /// What a file of this part says, whose mutations are at `positions` of the plan.
  public func provenance(positions: Range<Int>, plan: UnitPlan) -> Provenance.Part {
    Provenance.Part(
      index: index, of: count, firstMutation: positions.lowerBound, planMutationCount: plan.mutationCount)
  }
}

import Perturbations

/// Every verdict of a screen in a bit: a plane for each kind and input, a bit for each region in canonical order.
///
/// Three million mutations on eight inputs take 3 MB.
public struct VerdictPlanes: Sendable {
  /// The number of inputs.
  public let inputCount: Int
  /// The number of regions.
  public private(set) var regionCount = 0
  private var nonSilent: [Kind: [[UInt64]]] = [:]

  init(inputCount: Int) { self.inputCount = inputCount }

  /// Kinds that have verdicts, by their codes.
  public var kinds: [Kind] { nonSilent.keys.sorted { $0.code < $1.code } }

  // MARK: Questions

  /// Whether a region's mutant by `kind` is non-silent on an input.
  public func isNonSilent(region: Int, kind: Kind, input: Int) -> Bool {
    guard let plane = nonSilent[kind]?[input], region / 64 < plane.count else { return false }
    return plane[region / 64] >> UInt64(region % 64) & 1 == 1
  }

  /// Regions on which one kind of mutation is non-silent on one input and one kind on another.
  func common(_ first: (kind: Kind, input: Int), _ second: (kind: Kind, input: Int)) -> Int {
    guard let left = nonSilent[first.kind]?[first.input], let right = nonSilent[second.kind]?[second.input] else {
      return 0
    }
    return zip(left, right).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
  }

  /// Calls `body` with every region on which a kind of mutation is non-silent on an input, in order.
  func forEachRegion(_ kind: Kind, input: Int, _ body: (Int) -> Void) {
    for (place, word) in (nonSilent[kind]?[input] ?? []).enumerated() {
      var rest = word
      while rest != 0 {
        body(64 * place + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  /// The regions with a non-silent verdict on an input, a bit for each.
  func sensitive(on input: Int) -> [UInt64] {
    var regions = Array(repeating: UInt64(0), count: (regionCount + 63) / 64)
    for planes in nonSilent.values {
      for (place, word) in planes[input].enumerated() { regions[place] |= word }
    }
    return regions
  }

  // MARK: Counting

  mutating func append() { regionCount += 1 }

  /// Takes in the verdicts on a mutation of the last region.
  mutating func record(_ kind: Kind, firstChange: ArraySlice<Int16>) {
    let (word, bit) = (regionCount - 1).quotientAndRemainder(dividingBy: 64)
    var planes = nonSilent[kind] ?? Array(repeating: [], count: inputCount)
    // No second owner, so that planes are changed in place.
    nonSilent[kind] = nil
    for (input, step) in firstChange.enumerated() where step >= 0 {
      if planes[input].count <= word {
        planes[input].append(contentsOf: repeatElement(0, count: word + 1 - planes[input].count))
      }
      planes[input][word] |= 1 << UInt64(bit)
    }
    nonSilent[kind] = planes
  }
}

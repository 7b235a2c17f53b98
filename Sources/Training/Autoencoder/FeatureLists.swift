/// The few features that stand for each of some activations, and their values, one list behind the other.
struct FeatureLists {
  /// Where the list of each activation begins, and the end of the last one.
  private(set) var starts = [0]
  /// Features, ascending in each list.
  private(set) var features: [Int32] = []
  /// Their values, all above 0.
  private(set) var values: [Float] = []

  /// The places of an activation's features.
  subscript(row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// Forgets all lists.
  mutating func clear() {
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    features.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// Adds a list of the `count` largest of some sums that are above 0; of equal ones the first count.
  mutating func append(largest count: Int, of sums: UnsafePointer<Float>, featureCount: Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { kept in
      let found = Largest.find(count, of: sums, count: featureCount, into: kept)
      for place in 0..<found {
        features.append(kept[place])
        values.append(sums[Int(kept[place])])
      }
    }
    starts.append(features.count)
  }
}

/// The largest of some numbers.
package enum Largest {
  /// Writes the places of the largest `most` numbers above 0, ascending, and returns how many there are; of equal ones
  /// the first count.
  package static func find(
    _ most: Int, of numbers: UnsafePointer<Float>, count: Int, into kept: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    var (found, least, leastPlace): (Int, Float, Int) = (0, 0, 0)
    for place in 0..<count where numbers[place] > least {
      if found < most {
        kept[found] = Int32(place)
        found += 1
      } else {
        // Places stay in order: those behind the one that goes move up.
        for index in leastPlace..<found - 1 { kept[index] = kept[index + 1] }
        kept[found - 1] = Int32(place)
      }
      guard found == most else { continue }
      (least, leastPlace) = (numbers[Int(kept[0])], 0)
      // The last of equal ones goes first.
      for index in 1..<found where numbers[Int(kept[index])] <= least {
        (least, leastPlace) = (numbers[Int(kept[index])], index)
      }
    }
    return found
  }
}

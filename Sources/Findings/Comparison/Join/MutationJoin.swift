import Perturbations
import Transformer

/// The mutations that two screens have in common, by matrix, layer, region and kind.
struct MutationJoin {
  /// The regions of common mutations, in canonical order.
  private(set) var regions: [Region] = []
  /// The number of common mutations of each region.
  private(set) var kindCounts: [Int] = []
  /// The number of the set of kinds that each region's common mutations are of: regions of one number are alike.
  private(set) var kindSets: [Int] = []
  /// The region of each common mutation.
  private(set) var regionOfMutation: [Int32] = []
  /// The row of each common mutation in the first file.
  private(set) var firstRows: [Int] = []
  /// The row of each common mutation in the second file.
  private(set) var secondRows: [Int] = []
  /// The kinds of common mutations, in canonical order.
  private(set) var kinds: [Kind] = []
  /// Mutations that the first screen has alone, or that cannot be compared.
  let onlyFirst: Int
  /// Mutations that the second screen has alone, or that cannot be compared.
  let onlySecond: Int

  /// Joins two lists in canonical order, and keeps the mutations that are comparable.
  init(_ first: [Mutation], _ second: [Mutation], where isComparable: (Mutation) -> Bool) {
    var (left, right) = (0, 0)
    var pairs: [(first: Int, second: Int)] = []
    while left < first.count, right < second.count {
      if first[left] == second[right] {
        if isComparable(first[left]) { pairs.append((left, right)) }
        (left, right) = (left + 1, right + 1)
      } else if first[left] < second[right] {
        left += 1
      } else {
        right += 1
      }
    }
    firstRows = pairs.map(\.first)
    secondRows = pairs.map(\.second)
    (onlyFirst, onlySecond) = (first.count - pairs.count, second.count - pairs.count)
    addRegions(firstRows.map { first[$0] })
  }

  private mutating func addRegions(_ mutations: [Mutation]) {
    var kindsOfRegions: [[Kind]] = []
    for mutation in mutations {
      if regions.last != mutation.region {
        regions.append(mutation.region)
        kindsOfRegions.append([])
      }
      kindsOfRegions[regions.count - 1].append(mutation.kind)
      regionOfMutation.append(Int32(regions.count - 1))
    }
    kindCounts = kindsOfRegions.map(\.count)
    var numbers: [[Kind]: Int] = [:]
    for own in kindsOfRegions {
      let number = numbers[own] ?? numbers.count
      numbers[own] = number
      kindSets.append(number)
    }
    kinds = Set(numbers.keys.joined()).sorted()
  }

  /// The number of common mutations.
  var count: Int { firstRows.count }

  /// The regions of one key together, each group in canonical order, the groups by their first regions.
  func groups<Key: Hashable>(_ key: (Int) -> Key) -> [[Int]] {
    var places: [Key: Int] = [:]
    var groups: [[Int]] = []
    for region in regions.indices {
      let place = places[key(region), default: groups.count]
      if place == groups.count {
        places[key(region)] = place
        groups.append([])
      }
      groups[place].append(region)
    }
    return groups
  }
}

/// A matrix of a layer, by which regions are grouped, and the set of kinds where these matter too.
struct RegionGroup: Hashable {
  let layer: Int
  let matrix: WeightMatrix
  let kindSet: Int

  init(_ region: Region, kindSet: Int = 0) {
    (layer, matrix, self.kindSet) = (region.layer, region.matrix, kindSet)
  }
}

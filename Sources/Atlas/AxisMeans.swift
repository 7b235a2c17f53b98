import Perturbations
import Transformer

/// What regions have on average, for the units that their rows make or their columns read.
struct AxisMeans {
  private struct Key: Hashable {
    let subject: AtlasSubject
    let side: AtlasSide
  }

  private struct Sums {
    var totals: [Double]
    var counts: [Double]
    var starts: Set<Int> = [0]
  }

  private let layout: AtlasLayout
  private var sums: [Key: Sums] = [:]

  /// Begins without any region.
  init(_ layout: AtlasLayout) { self.layout = layout }

  /// Takes in a region with its value; what is no number is left out.
  mutating func add(_ region: Region, _ value: Double) {
    guard value.isFinite else { return }
    add(total: value, count: 1, layer: region.layer, region.matrix, .made, region.rows)
    add(total: value, count: 1, layer: region.layer, region.matrix, .read, region.columns)
  }

  /// Takes in some regions by what they have together, all of which make, or read, the units of `range`.
  mutating func add(
    total: Double, count: Int, layer: Int, _ matrix: WeightMatrix, _ side: AtlasSide, _ range: Range<Int>
  ) {
    guard (0..<layout.layerCount).contains(layer), let subject = matrix.subject(side),
      let width = layout.count(of: subject), let units = layout.units(range, of: matrix, side)
    else { return }
    let key = Key(subject: subject, side: side)
    func none() -> [Double] { [Double](repeating: 0, count: layout.layerCount * width) }
    // Taken out, so that nothing is copied.
    var own = sums.removeValue(forKey: key) ?? Sums(totals: none(), counts: none())
    for unit in units {
      own.totals[layer * width + unit] += total
      own.counts[layer * width + unit] += Double(count)
    }
    // Behind the last begins what this region says nothing of.
    own.starts.formUnion([units.lowerBound, units.upperBound])
    sums[key] = own
  }

  /// The means of a subject's units, `[layer · count + unit]`, not a number where there was no region, and where runs
  /// of units with a common value begin, nil where each has its own; nil without any region.
  func means(_ subject: AtlasSubject, _ side: AtlasSide) -> (values: [Double], bandStarts: [Int]?)? {
    guard let own = sums[Key(subject: subject, side: side)], let count = layout.count(of: subject) else { return nil }
    let starts = own.starts.filter { $0 < count }.sorted()
    return (zip(own.totals, own.counts).map { $1 > 0 ? $0 / $1 : .nan }, starts.count == count ? nil : starts)
  }
}

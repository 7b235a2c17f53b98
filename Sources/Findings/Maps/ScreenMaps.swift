import Archive
import Perturbations
import Transformer

/// The verdicts on every region of a screen, as bits: all that the maps show.
///
/// Takes about seventy bytes for each region.
public struct ScreenMaps: Sendable {
  /// Kinds have codes below this.
  private static let slots = (Kind.allCases.map { Int($0.code) }.max() ?? 0) + 1
  /// Words of a bit for each kind.
  private static let wordsOfKinds = (slots + 63) / 64
  /// Verdicts read at a time: some megabytes.
  private static let slabVerdicts = 1 << 20

  /// The inputs that a map can be shown for, or inputs joined.
  public let channels: Channels
  /// The kinds that were screened.
  public private(set) var kinds: [Kind] = []
  /// The regions in the order of the file.
  public private(set) var regions: [Region] = []
  /// A map for each matrix of each layer that was screened.
  public private(set) var maps: [MatrixMap] = []
  /// How large the model is.
  public private(set) var extent: ModelExtent
  /// The layers that were screened, and those between.
  public private(set) var layers: LayerRuns
  /// Whether what is not screened is what was not chosen at a coarser size.
  public private(set) var isRefined = false
  private var screenedMatrices: Set<LayerTable.Key> = []
  private var largestRegion = (rows: 1, columns: 1)
  /// How many mutations were screened.
  public private(set) var mutationCount = 0
  /// How many verdicts are non-silent.
  public private(set) var nonSilent = 0
  /// How many verdicts there are.
  public private(set) var verdictCount = 0
  /// Number of the first mutation of each region; its others follow.
  private var firstMutation: [Int] = []
  /// Whether a mutation was screened, `[region, kind]`.
  private var screened: [UInt64] = []
  /// Whether a mutant is non-silent, `[region, kind, channel]`.
  private var bits: [UInt64] = []
  private let wordsPerRegion: Int

  /// Reads every verdict of a file on a single mutation, a slab of rows at a time.
  public init(_ file: borrowing ResultsFile, channels: Channels) throws {
    self.channels = channels
    wordsPerRegion = (ScreenMaps.slots * channels.count + 63) / 64
    let summary = file.summary
    (extent, layers) = (ModelExtent(nil, regions: []), LayerRuns(screened: [], of: nil))
    let rows = max(1, ScreenMaps.slabVerdicts / max(summary.inputCount, 1))
    for start in stride(from: 0, to: summary.layeredCount, by: rows) {
      let slab = start..<min(start + rows, summary.layeredCount)
      add(
        try file.mutationList(slab), firstChange: try file.values(\.firstChange, slab), inputCount: summary.inputCount)
    }
    kinds = Kind.allCases.filter { kind in regions.indices.contains { isScreened($0, kind) } }
    extent = ModelExtent(summary.shapes, regions: regions)
    largestRegion = MatrixMap.largest(regions[...])
    maps = MatrixMap.maps(of: regions, size: largestRegion, in: extent)
    screenedMatrices = Set(maps.map { LayerTable.Key(layer: $0.layer, matrix: $0.matrix) })
    layers = LayerRuns(screened: screenedMatrices.map(\.layer), of: extent.layerCount)
    isRefined = Refinement.isLaterLevel(
      configuration: summary.provenance.configuration, regions: regions, extent: extent)
  }

  private mutating func add(_ mutations: [Mutation], firstChange: [Int16], inputCount: Int) {
    for (row, mutation) in mutations.enumerated() {
      if regions.last != mutation.region {
        regions.append(mutation.region)
        firstMutation.append(mutationCount)
        screened.append(contentsOf: repeatElement(0, count: ScreenMaps.wordsOfKinds))
        bits.append(contentsOf: repeatElement(0, count: wordsPerRegion))
      }
      let region = regions.count - 1
      let code = Int(mutation.kind.code)
      screened[region * ScreenMaps.wordsOfKinds + code / 64] |= 1 << UInt64(code % 64)
      for input in 0..<inputCount where firstChange[row * inputCount + input] >= 0 {
        let bit = code * channels.count + channels.ofInput[input]
        bits[region * wordsPerRegion + bit / 64] |= 1 << UInt64(bit % 64)
        nonSilent += 1
      }
      mutationCount += 1
    }
    verdictCount += firstChange.count
  }

  /// The kinds that are compared: maximum and minimum, or the first two there are.
  public var comparedKinds: [Kind] {
    let usual = [Kind.maximum, .minimum].filter(kinds.contains)
    return usual.count == 2 ? usual : Array(kinds.prefix(2))
  }

  /// Whether there is a region of a matrix of a layer.
  public func isScreened(_ key: LayerTable.Key) -> Bool { screenedMatrices.contains(key) }

  /// Row blocks and column blocks of a whole matrix, by the largest region of the screen; 0 where the file does not
  /// hold its shape.
  public func blocks(of matrix: WeightMatrix) -> (rows: Int, columns: Int) {
    guard extent.isKnown else { return (0, 0) }
    let shape = extent.shape(of: matrix)
    let size = largestRegion
    return ((shape.rows + size.rows - 1) / size.rows, (shape.columns + size.columns - 1) / size.columns)
  }

  /// What the legend calls a region that is hatched.
  public var absence: String { isRefined ? "not chosen at the coarser size" : "not screened" }

  // MARK: Verdicts

  /// Whether a region was screened by a kind.
  public func isScreened(_ region: Int, _ kind: Kind) -> Bool {
    let code = Int(kind.code)
    return screened[region * ScreenMaps.wordsOfKinds + code / 64] >> UInt64(code % 64) & 1 == 1
  }

  /// Whether a mutant is non-silent on some input of a channel.
  public func isNonSilent(_ region: Int, _ kind: Kind, channel: Int) -> Bool {
    let bit = Int(kind.code) * channels.count + channel
    return bits[region * wordsPerRegion + bit / 64] >> UInt64(bit % 64) & 1 == 1
  }

  /// The number of channels on which a mutant is non-silent.
  public func count(_ region: Int, _ kind: Kind) -> Int {
    (0..<channels.count).count { isNonSilent(region, kind, channel: $0) }
  }

  /// The number of kinds and channels by which a region is non-silent.
  public func count(_ region: Int) -> Int {
    bits[region * wordsPerRegion..<(region + 1) * wordsPerRegion].reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The smallest number of channels on which at most two fifths of the mutants of these kinds are non-silent: so maps
  /// are neither full nor empty.
  public func balancedThreshold(_ kinds: [Kind]) -> Int {
    var mutants = [Int](repeating: 0, count: channels.count + 1)
    for region in regions.indices {
      for kind in kinds where isScreened(region, kind) { mutants[count(region, kind)] += 1 }
    }
    let total = mutants.reduce(0, +)
    var above = total
    for threshold in 1..<max(channels.count, 1) {
      above -= mutants[threshold - 1]
      if 5 * above <= 2 * total { return threshold }
    }
    return max(channels.count, 1)
  }

  /// The mutations of a region in the file, in the order of their kinds.
  public func mutations(_ region: Int) -> [(row: Int, kind: Kind)] {
    kinds.filter { isScreened(region, $0) }.enumerated().map { (firstMutation[region] + $0.offset, $0.element) }
  }

  /// The region of a mutation, by its place in the file; nil if there is none.
  public func region(ofMutation row: Int) -> Int? {
    guard row >= 0, row < mutationCount else { return nil }
    var (low, high) = (0, firstMutation.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstMutation[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// Returns the place of a region.
  public func place(_ region: Int) -> RegionPlace {
    let found = regions[region]
    return RegionPlace(
      layer: found.layer, matrix: found.matrix, row: found.rows.lowerBound, column: found.columns.lowerBound)
  }

  // MARK: Places

  /// The region at a place and the map it is on; nil if none was screened there.
  public func find(_ place: RegionPlace) -> (map: Int, region: Int)? {
    for (index, map) in maps.enumerated() where map.layer == place.layer && map.matrix == place.matrix {
      let region = map.regions.first {
        regions[$0].rows.lowerBound == place.row && regions[$0].columns.lowerBound == place.column
      }
      if let region { return (index, region) }
    }
    return nil
  }

  /// Up to `limit` regions, the most sensitive of every map first, then the second of every map, and so on.
  public func mostSensitive(limit: Int) -> [(map: Int, region: Int)] {
    let depth = limit / max(maps.count, 1) + 1
    let ranked = maps.map { map in
      let counted = map.regions.map { (region: $0, count: count($0)) }.filter { $0.count > 0 }
      return counted.sorted { ($1.count, $0.region) < ($0.count, $1.region) }.prefix(depth).map(\.region)
    }
    let deepest = ranked.map(\.count).max() ?? 0
    let turns = (0..<deepest).flatMap { turn in
      ranked.enumerated().compactMap { map, regions in turn < regions.count ? (map, regions[turn]) : nil }
    }
    return Array(turns.prefix(limit))
  }

  // MARK: Bytes

  /// The bits of a map as the page reads them.
  ///
  /// First the places of the regions where they are no grid: row, column, rows and columns of each, 32 bits
  /// little-endian. Then planes of one bit for each cell, the lowest of a byte first: those of what was screened by
  /// kind, unless all was; those of what is non-silent by kind and channel.
  public func packed(_ map: MatrixMap) -> (bytes: [UInt8], isAllScreened: Bool) {
    var bytes: [UInt8] = []
    if map.grid == nil {
      for region in map.regions {
        let (rows, columns) = (regions[region].rows, regions[region].columns)
        for value in [rows.lowerBound, columns.lowerBound, rows.count, columns.count] {
          withUnsafeBytes(of: Int32(clamping: value).littleEndian) { bytes.append(contentsOf: $0) }
        }
      }
    }
    let cells = map.regions.map { map.cell(of: regions[$0], at: $0) }
    let isAllScreened =
      map.cellCount == map.regions.count
      && map.regions.allSatisfy { region in
        kinds.allSatisfy { isScreened(region, $0) }
      }
    func append(_ isSet: (Int) -> Bool) {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: (map.cellCount + 7) / 8))
      for (region, cell) in zip(map.regions, cells) where isSet(region) { bytes[start + cell / 8] |= 1 << (cell % 8) }
    }
    if !isAllScreened {
      for kind in kinds { append { isScreened($0, kind) } }
    }
    for kind in kinds {
      for channel in 0..<channels.count { append { isNonSilent($0, kind, channel: channel) } }
    }
    return (bytes, isAllScreened)
  }
}

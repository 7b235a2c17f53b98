import Basics
import Transformer

/// Units of a site that are zero wherever the model is used: what pruning leaves behind in place of changed weights.
public struct UnitMask: Equatable, Sendable {
  /// The SHA-256 of the weight files that the units were chosen in, in hexadecimal.
  public let modelSHA256: String
  /// The site.
  public let site: Site
  /// The units that the site has.
  public let grid: UnitGrid
  /// The units that are zero, ascending, by layer.
  public let units: [[Int32]]

  /// A mask of units that are numbered through all layers, layer · width + unit, each once.
  public init(modelSHA256: String, site: Site, grid: UnitGrid, flat: some Sequence<Int>) {
    var units = [[Int32]](repeating: [], count: grid.layerCount)
    for number in flat.sorted() { units[number / grid.width].append(Int32(number % grid.width)) }
    self.init(modelSHA256: modelSHA256, site: site, grid: grid, units: units)
  }

  init(modelSHA256: String, site: Site, grid: UnitGrid, units: [[Int32]]) {
    precondition(units.count == grid.layerCount, "units by layer")
    self.modelSHA256 = modelSHA256
    self.site = site
    self.grid = grid
    self.units = units
  }

  /// The number of units that are zero.
  public var count: Int { units.reduce(0) { $0 + $1.count } }

  /// The edit that sets them to zero; it is called nowhere, and changes no bit, where there are none.
  public var edit: UnitEdit { UnitEdit(site, units: units) }

  /// How many units of how many are zero at which site: "154 of 1,536 units of mlp_pre_out".
  public var words: String { "\(count.grouped) of \(grid.count.grouped) units of \(site.rawValue)" }

  /// The SHA-256 of what `json` gives, in hexadecimal: that of the file, where this program wrote it.
  public var sha256: String { SHA256.hexadecimal(of: json) }

  /// The mask in words by which it can be told from others without its file.
  public var identity: String { "\(words) are zero, by the mask with the SHA-256 \(sha256)" }
}

extension Model {
  /// The same model with the units of all masks at zero in every pass, and no others; the masks are of its shape.
  public func masked(by masks: [UnitMask]) -> Model {
    with(zeroUnits: ZeroUnits(masks.map { ($0.site, $0.units) }))
  }
}

import Archive
import Basics
import Perturbations
import Transformer
import Weights

/// What a study found: its group in the file, and what it knows of single units.
public struct StudyFindings: Sendable {
  /// A number for each unit of a site.
  public struct UnitColumn: Equatable, Sendable {
    /// The site.
    public let site: Site
    /// The units.
    public let grid: UnitGrid
    /// The column's name in the file, which begins with the study's: `pruning_score_abs`.
    public let name: String
    /// What it means, in words.
    public let meaning: String
    /// The values, `[layer · width + unit]`.
    public let values: AnalysisGroup.Values

    /// A column of a site.
    public init(_ site: Site, _ grid: UnitGrid, _ name: String, _ meaning: String, _ values: AnalysisGroup.Values) {
      self.site = site
      self.grid = grid
      self.name = name
      self.meaning = meaning
      self.values = values
    }
  }

  /// Units to be written as a mask, which other runs set to zero.
  public struct Mask: Equatable, Sendable {
    /// The name of its file beside the results, one of the study's `outputs`.
    public let file: String
    /// The site.
    public let site: Site
    /// The units that the site has.
    public let grid: UnitGrid
    /// The units that are zero, numbered through all layers.
    public let units: [Int]

    /// A mask of units of a site.
    public init(file: String, site: Site, grid: UnitGrid, units: [Int]) {
      self.file = file
      self.site = site
      self.grid = grid
      self.units = units
    }
  }

  /// Tensors that a study has made, as a safetensors file beside the results.
  public struct TensorFile: Equatable, Sendable {
    /// The name of the file, one of the study's `outputs`.
    public let file: String
    /// The whole file.
    public let bytes: [UInt8]

    /// A file of float32 tensors, with texts about them.
    init(
      file: String, tensors: [(name: String, shape: [Int], values: [Float])], metadata: [(String, String)] = []
    ) {
      let layout = SafetensorsLayout(
        tensors.map { ($0.name, $0.shape) }, format: .float32,
        metadata: metadata + [(StudyOutput.writerKey, StudyOutput.writer)])
      self.file = file
      bytes = layout.header + tensors.flatMap { $0.values.memoryBytes }
    }
  }

  /// The group of the file, with its sentences.
  public let group: AnalysisGroup
  /// What is known of units.
  public let units: [UnitColumn]
  /// What is to be masked in other runs.
  public let masks: [Mask]
  /// Tensors that were made.
  public let files: [TensorFile]

  /// Takes a group, columns of units, masks and tensors.
  public init(
    _ group: AnalysisGroup, units: [UnitColumn] = [], masks: [Mask] = [], files: [TensorFile] = []
  ) {
    self.group = group
    self.units = units
    self.masks = masks
    self.files = files
  }

  /// The groups `/units/SITE` of all studies of a run, in the order of the sites.
  static func unitGroups(of findings: [StudyFindings]) -> [AnalysisGroup] {
    let columns = findings.flatMap(\.units)
    return Site.allCases.compactMap { site in
      let own = columns.filter { $0.site == site }
      guard let grid = own.first?.grid else { return nil }
      return AnalysisGroup(
        name: site.rawValue,
        comment: "What the studies of this file know of each unit of the site, by layer and unit.",
        dimensions: [.init("layer", length: grid.layerCount), .init("unit", length: grid.width)],
        variables: own.map { .init($0.name, ["layer", "unit"], $0.meaning, $0.values) })
    }
  }
}

import Archive
import Transformer

/// What a file of studies knows of units.
struct StudyMeasures {
  /// The study whose columns have no name of a study before theirs.
  static let statistics = "statistics"
  /// Of statistics those that are laid beside measures of other sources; the others say nearly the same.
  private static let comparedStatistics: Set<String> = ["rms", "freq"]
  /// What other studies write down of activations as they are, which is no more than a statistic.
  private static let plainActivations: Set<String> = ["ablation_mean", "ablation_peak", "modularity_importance"]

  /// A number for each unit of a site.
  struct Column {
    let site: Site
    let name: String
    let meaning: String
    let source: String
    let isCompared: Bool
    /// The numbers, `[layer · width + unit]`.
    let values: [Double]
  }

  /// The columns, by site.
  let columns: [Column]
  /// Layers and units of each site.
  let grids: [Site: (layers: Int, width: Int)]

  /// Reads all numbers of all sites; numbers of clusters, tasks and bins are none, nor are probabilities, which say no
  /// more than the statistic they are of.
  init(_ file: StudyFile) throws {
    var columns: [Column] = []
    var grids: [Site: (layers: Int, width: Int)] = [:]
    for name in file.sites {
      guard let site = Site(rawValue: name), let group = try file.units(of: name) else { continue }
      let reader = GroupReader(group: group, path: file.path, command: "locus study")
      grids[site] = (try reader.length("layer"), try reader.length("unit"))
      for variable in group.variables where variable.dimensions == ["layer", "unit"] {
        guard let values = variable.realValues, !variable.longName.contains("probability") else { continue }
        let study = file.studies.first { variable.name.hasPrefix($0 + "_") }
        let isStatistic = study == nil || StudyMeasures.plainActivations.contains(variable.name)
        columns.append(
          Column(
            site: site, name: study == nil ? "\(StudyMeasures.statistics)_\(variable.name)" : variable.name,
            meaning: variable.longName, source: isStatistic ? StudyMeasures.statistics : study ?? "",
            isCompared: !isStatistic || StudyMeasures.comparedStatistics.contains(variable.name), values: values))
      }
    }
    self.columns = columns
    self.grids = grids
  }
}

extension AnalysisGroup.Variable {
  /// The values as real numbers, yes and no as 1 and 0; nil of what counts or names.
  fileprivate var realValues: [Double]? {
    switch values {
    case .numbers(let values): values
    case .truths(let values): values.map { $0 ? 1 : 0 }
    default: nil
    }
  }
}

/// The list of all studies, in the order in which they run and stand in the file and on the page.
public enum Studies {
  /// A type for each section that a configuration may have.
  public static let all: [any Study.Type] = [
    StatisticsStudy.self, Ablation.self, Pruning.self, Modularity.self, Patching.self, Localizer.self,
    Diversity.self, Coupling.self, AutoencoderStudy.self, Realignment.self,
  ]

  /// The study of a name; nil where there is none.
  public static func named(_ name: String) -> (any Study.Type)? { all.first { $0.name == name } }
}

/// A page of the manual, Markdown that is in the program itself: a cluster is given one file.
public struct ManualPage: Sendable {
  /// The word by which a person asks for it.
  public let topic: String
  /// The page without its last line feed; its first line is its title.
  public let text: String

  private init(_ topic: String, _ bytes: [UInt8]) {
    self.topic = topic
    text = String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// What the page is about, on one line.
  public var title: String { text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }.description }

  /// All pages, in the order in which a person would read them.
  public static var all: [ManualPage] {
    [
      ManualPage("map", PackageResources.map_md),
      ManualPage("commands", PackageResources.commands_md),
      ManualPage("screen", PackageResources.screen_md),
      ManualPage("mutations", PackageResources.mutations_md),
      ManualPage("models", PackageResources.models_md),
      ManualPage("results", PackageResources.results_md),
      ManualPage("findings", PackageResources.findings_md),
      ManualPage("analysis", PackageResources.analysis_md),
      ManualPage("geometry", PackageResources.geometry_md),
      ManualPage("studies", PackageResources.studies_md),
      ManualPage("study-files", PackageResources.study_files_md),
      ManualPage("forecast", PackageResources.forecast_md),
      ManualPage("training", PackageResources.training_md),
      ManualPage("running", PackageResources.running_md),
      ManualPage("extending", PackageResources.extending_md),
    ]
  }
}

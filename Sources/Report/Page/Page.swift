import Archive
import Basics
import Drawing
import Findings
import Foundation
import Mustache

/// The one file that a browser opens.
struct Page: Sendable {
  /// nil: the page is of a cloud that is no screen.
  let screen: ScreenSection?
  let origin: PageSource
  let chapters: [Chapter]
  /// What was found and is of no chapter, in sentences.
  let remarks: [String]
  let palette: Palette
  /// Version of this program.
  let program: String

  /// A page of more figures shows the first one of each section, and folds the rest.
  private static let openCount = 6
  /// These come before the maps.
  private static let leading: Set<String> = ["sensitivity", "tasks"]

  private var exhibits: [Exhibit] { chapters.compactMap(\.exhibit) }

  /// Of what the page is of, without its folder.
  private var fileName: String { screen?.fileName ?? origin.name }

  /// The drawings that stand beside the page, by file name.
  func drawings() -> [(name: String, text: String)] {
    let figures = exhibits.flatMap(\.figures).map { ($0.name, $0.drawing) }
    let parts = exhibits.compactMap(\.set).flatMap(\.parts).map { ($0.name, $0.drawing) }
    return (figures + parts).map { name, drawing in
      (name + ".svg", drawing.inFile(palette, signature: ReportFolder.signature))
    }
      + (screen.map { [("maps.svg", $0.atlas(palette).inFile(palette, signature: ReportFolder.signature))] } ?? [])
  }

  // MARK: Page

  /// `besidesDrawings`: their files stand beside the page, which links to them.
  func text(besidesDrawings: Bool = true) throws -> String {
    let library = MustacheLibrary(
      templates: try Page.templates.mapValues { try MustacheTemplate(string: Page.resource($0)) })
    guard let text = library.render(values(hasFiles: besidesDrawings), withTemplate: "page") else {
      throw ReportError(
        "cannot make the page of \(origin.path): its template is missing from this program; build it anew")
    }
    return text
  }

  private static let templates = [
    "page": PackageResources.page_mustache, "exhibit": PackageResources.exhibit_mustache,
    "figure": PackageResources.figure_mustache, "set": PackageResources.set_mustache,
    "table": PackageResources.table_mustache, "gallery": PackageResources.gallery_mustache,
    "sentences": PackageResources.sentences_mustache,
  ]

  private static func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func values(hasFiles: Bool) -> [String: TemplateValue] {
    let script = script
    let shown = chapters.filter { $0.exhibit != nil }
    let before = shown.filter { Page.leading.contains($0.exhibit?.name ?? "") }
    let after = shown.filter { !Page.leading.contains($0.exhibit?.name ?? "") }
    let figureCount = exhibits.reduce(0) { $0 + $1.figures.count + ($1.set == nil ? 0 : 1) }
    let isLong = figureCount > Page.openCount
    let leading = PageSections(before, firstFigure: 1, isLong: isLong, hasFiles: hasFiles)
    let following = PageSections(
      after, firstFigure: leading.nextFigure + (screen == nil ? 0 : 1), isLong: isLong, hasFiles: hasFiles)
    let summary = PageSummary(chapters: chapters, remarks: remarks, screen: screen)
    let (numbers, provenance) = (screen?.numbers ?? exhibits.flatMap(\.numbers), provenance)
    return [
      "signature": .markup(Markup(made: ReportFolder.signature)), "palette": .text(palette.rawValue),
      "scriptHash": .markup(Markup(made: Page.hash(of: script))), "program": .text(program),
      "title": .text("\(fileName) · Locus report"), "subject": .text(Page.article(origin.subject) + origin.subject),
      "colours": .markup(Markup(made: Page.colours)),
      "style": .markup(Markup(made: Page.resource(PackageResources.page_css))),
      "script": .markup(Markup(made: Page.resource(script))),
      "name": .text(fileName.hasSuffix(".h5") ? String(fileName.dropLast(3)) : fileName), "source": .text(source),
      "partial": progress.map { .text(Page.caution($0)) } ?? .truth(false),
      "before": .list(leading.values),
      "screen": .list(screen.map { [$0.values(mapsNumber: leading.nextFigure, hasFile: hasFiles)] } ?? []),
      "after": .list(following.values),
      "numbers": .list(numbers.map { ["name": .text($0.name), "value": .text($0.value)] }),
      "story": .list(summary.story), "opening": .list(summary.opening), "remarks": .list(summary.remarks),
      "found": .list(summary.found), "described": .list(summary.described), "empty": .list(summary.empty),
      "hasSummary": .truth(!summary.story.isEmpty || !numbers.isEmpty), "hasFindings": .truth(summary.hasFindings),
      "glossary": .list(Glossary.values),
      "comments": .list(origin.comments.map { ["name": .text($0.name), "comment": .text($0.comment)] }),
      "provenance": .list(provenance.map { ["name": .text($0.name), "value": .text($0.value)] }),
      "spaces": .list(exhibits.compactMap(\.space).map { ["data": .markup(Markup(made: $0.json.text))] }),
      "zooms": .list(exhibits.compactMap(\.zoom).map { ["data": .markup(Markup(made: $0.json.text))] }),
    ]
  }

  /// The scripts of what the page has, one after another.
  private var script: [UInt8] {
    PackageResources.page_js + PackageResources.words_js + PackageResources.tables_js + PackageResources.figures_js
      + (screen == nil ? [] : PackageResources.screen_js + PackageResources.search_js)
      + (exhibits.contains { $0.space != nil } ? PackageResources.cloud_js : [])
      + (exhibits.contains { $0.zoom != nil } ? PackageResources.zoom_js : [])
  }

  private static func hash(of script: [UInt8]) -> String {
    "sha256-" + script.withUnsafeBytes { Data(SHA256.digest(of: [$0])).base64EncodedString() }
  }

  /// Light, dark, and either on paper.
  private static var colours: String {
    let lights = Palette.allCases.map { ":root[data-palette=\($0.rawValue)] { \($0.properties(isDark: false)) }" }
    func darks(_ state: String) -> String {
      Palette.allCases.map { ":root[data-palette=\($0.rawValue)]\(state) { \($0.properties(isDark: true)) }" }
        .joined(separator: "\n")
    }
    return lights.joined(separator: "\n") + "\n@media screen and (prefers-color-scheme: dark) {\n"
      + darks(":not([data-theme=light])") + "\n}\n@media screen {\n" + darks("[data-theme=dark]") + "\n}\n"
      + ":root[data-theme=light] { color-scheme: light; } :root[data-theme=dark] { color-scheme: dark; }"
  }

  // MARK: Words

  private var progress: Provenance.Progress? {
    screen?.summary.provenance.progress ?? origin.progress
  }

  /// What to keep in mind of a screen that is not finished.
  private static func caution(_ progress: Provenance.Progress) -> String {
    "Partial: \(Numeral.count(progress.unitsDone)) of \(Numeral.count(progress.unitCount)) units. The screen is not "
      + "finished. All numbers and findings are of the mutations that are screened so far, and those that are not may "
      + "be otherwise."
  }

  private static func article(_ noun: String) -> String { noun.first.map("aeiou".contains) == true ? "an " : "a " }

  private var source: String {
    guard let own = screen?.summary.provenance else { return origin.summary }
    return "Model \(own.modelName), screened \(own.created.prefix(10))"
  }

  private var provenance: [(name: String, value: String)] {
    (screen?.provenance ?? []) + origin.provenance + [("report", "locus \(program)")]
  }
}

import Archive
import Foundation
import Mustache
import Mutagenesis
import Weights

/// The one file that a browser opens.
struct Page: Sendable {
  let summary: ResultsFile.Summary
  /// Of the results file.
  let path: String
  let analysis: AnalysisFile
  let context: ReportContext
  let exhibits: [Exhibit]
  let texts: RegionTexts
  let palette: Palette
  /// Version of this program.
  let program: String
  /// Channels on which a region is non-silent at least to be shown so at first.
  let threshold: Int

  /// These come before the maps.
  private static let leading: Set<String> = ["sensitivity", "tasks"]
  /// Characters of all prompts together.
  private static let promptLimit = 1_000_000

  private var maps: ScreenMaps { context.maps }
  private var channels: Channels { maps.channels }
  private var fileName: String { URL(fileURLWithPath: path).lastPathComponent }

  private var shownKinds: [Kind] { maps.comparedKinds }

  /// The drawings that stand beside the page, by file name.
  func drawings() -> [(name: String, text: String)] {
    let unit = channels.unit == .task ? "task" : "input"
    let atlas = AtlasFigure.make(
      maps, kinds: shownKinds, palette: palette,
      words: "non-silent on at least \(threshold) of \(Numeral.items(channels.count, unit))",
      description: "Maps of every matrix"
    ) { maps.count($0, $1) >= threshold }
    return exhibits.flatMap(\.figures).map { ($0.name + ".svg", $0.drawing.inFile(palette)) }
      + [("maps.svg", atlas.inFile(palette))]
  }

  // MARK: Page

  func text() throws -> String {
    let library = MustacheLibrary(templates: [
      "page": try MustacheTemplate(string: Page.resource(PackageResources.page_mustache)),
      "exhibit": try MustacheTemplate(string: Page.resource(PackageResources.exhibit_mustache)),
    ])
    guard let text = library.render(values, withTemplate: "page") else {
      throw ReportError("cannot make the page of \(path): its template is missing from this program; build it anew")
    }
    return text
  }

  private static func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private var values: [String: TemplateValue] {
    let script = PackageResources.page_js
    let digest = script.withUnsafeBytes { Data(SHA256.digest(of: [$0])).base64EncodedString() }
    let before = exhibits.filter { Page.leading.contains($0.name) }
    let after = exhibits.filter { !Page.leading.contains($0.name) }
    let mapsNumber = before.reduce(0) { $0 + $1.figures.count } + 1
    let kinds = shownKinds.map(\.rawValue)
    let packed = packed
    return [
      "signature": .markup(Markup(made: ReportFolder.signature)), "palette": .text(palette.rawValue),
      "scriptHash": .markup(Markup(made: "sha256-" + digest)), "program": .text(program),
      "title": .text("\(fileName) · Locus report"),
      "colours": .markup(Markup(made: Page.colours)),
      "style": .markup(Markup(made: Page.resource(PackageResources.page_css))),
      "script": .markup(Markup(made: Page.resource(script))),
      "name": .text(fileName.hasSuffix(".h5") ? String(fileName.dropLast(3)) : fileName),
      "source": .text("Model \(summary.provenance.modelName), screened \(summary.provenance.created.prefix(10))"),
      "before": .list(PageSections(before, firstFigure: 1).values),
      "after": .list(PageSections(after, firstFigure: mapsNumber + 1).values),
      "mapsNumber": .text("\(mapsNumber)"), "mapsCaption": .text(mapsCaption), "numbers": .list(numbers),
      "findings": .list(exhibits.flatMap(\.findings).map { ["sentence": .markup($0)] }),
      "firstKind": .text(kinds.first ?? "none"), "secondKind": kinds.count == 2 ? .text(kinds[1]) : .truth(false),
      "comments": .list(
        analysis.contents.map { ["name": .text($0.name), "comment": .text($0.comment)] }),
      "rowOrder": .text(summary.provenance.rowOrder.replacing("_", with: "-")),
      "provenance": .list(provenance.map { ["name": .text($0.name), "value": .text($0.value)] }),
      "configuration": .text(String(decoding: summary.provenance.configuration, as: UTF8.self)),
      "inputs": .list(inputs), "data": .markup(Markup(made: data(packed).text)),
      "texts": .markup(Markup(made: texts.json.text)),
      "packed": .list(packed.enumerated().map { ["index": .text("\($0)"), "bytes": .markup(Markup(made: $1.bytes))] }),
    ]
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

  private var numbers: [[String: TemplateValue]] {
    let frame = LayerTable(layers: maps.maps.map(\.layer), matrices: maps.maps.map(\.matrix))
    let share = maps.verdictCount > 0 ? Double(maps.nonSilent) / Double(maps.verdictCount) : .nan
    let tasks = Set(summary.tasks).count
    return [
      ("mutations", Numeral.count(maps.mutationCount)), ("regions", Numeral.count(maps.regions.count)),
      ("layers × matrices", "\(frame.layers.count) × \(frame.matrices.count)"),
      (
        "\(summary.inputCount == 1 ? "input" : "inputs") of \(Numeral.items(tasks, "task"))",
        Numeral.count(summary.inputCount)
      ), ("verdicts", Numeral.count(maps.verdictCount)), ("of them non-silent", Numeral.share(share)),
    ].map { ["name": .text($0.0), "value": .text($0.1)] }
  }

  private var mapsCaption: String {
    let joined =
      switch channels.unit {
      case .input: ""
      case .task: "The inputs of a task are joined, because there are too many for a page. "
      case .all: "All inputs are joined, because there are too many for a page. "
      }
    guard channels.count > 1 else { return joined }
    return joined
      + "At first a region is shown as non-silent where it is so on at least \(threshold) of the \(channels.count) "
      + "\(channels.unit == .task ? "tasks" : "inputs"), which leaves the maps neither full nor empty."
  }

  private var provenance: [(name: String, value: String)] {
    let own = summary.provenance
    return [
      ("model", own.modelName), ("model SHA-256", own.modelSHA256), ("plan SHA-256", own.planSHA256),
      ("results file", fileName), ("screened", "\(own.created) by locus \(own.locusVersion)"),
      ("command", own.commandLine), ("ranks", "\(own.ranks) × \(own.threads) threads"),
      ("BLAS", own.blas), ("MPI", own.mpi), ("instructions", own.instructionSet),
      ("steps of a continuation", "\(summary.stepCount)"),
      ("kinds", maps.kinds.map(\.rawValue).joined(separator: ", ")),
      ("analysed", "\(analysis.provenance.created) by locus \(analysis.provenance.locusVersion)"),
      ("command", analysis.provenance.commandLine), ("report", "locus \(program)"),
    ]
  }

  // MARK: Data

  private var inputs: [[String: TemplateValue]] {
    context.ids.indices.map {
      [
        "id": .text(context.ids[$0]), "task": .text(context.tasks[$0]), "prompt": .text(prompt($0)),
        "baseline": .text(context.baselines[$0]),
      ]
    }
  }

  /// A prompt without its middle where it is long.
  private func prompt(_ input: Int) -> String {
    let text = context.prompts[input]
    let limit = max(200, Page.promptLimit / max(context.prompts.count, 1))
    return text.count <= limit ? text : "\(text.prefix(limit / 3)) … \(text.suffix(limit / 2))"
  }

  /// The bits of a map in base64, and whether every cell of it was screened by every kind.
  private typealias Packed = (bytes: String, isAllScreened: Bool)

  private var packed: [Packed] {
    maps.maps.map {
      let (bytes, isAllScreened) = maps.packed($0)
      return (Data(bytes).base64EncodedString(), isAllScreened)
    }
  }

  /// What the script reads first.
  private func data(_ packed: [Packed]) -> JSON {
    let kinds = maps.kinds
    let first = shownKinds.first.flatMap(kinds.firstIndex) ?? 0
    let second = shownKinds.dropFirst().first.flatMap(kinds.firstIndex)
    let block = LayerBlock(maps.maps)
    return .object([
      ("kinds", .list(kinds.map { .text($0.rawValue) })), ("first", .whole(first)),
      ("second", second.map(JSON.whole) ?? .null), ("unit", .text(channels.unit.rawValue)),
      (
        "channels",
        .list(zip(channels.names, channels.tasks).map { .object([("name", .text($0)), ("task", .text($1))]) })
      ), ("threshold", .whole(threshold)), ("block", .list([block.width, block.height].map(JSON.number))),
      (
        "inputs",
        .list(
          context.ids.indices.map {
            .object([
              ("id", .text(context.ids[$0])), ("task", .text(context.tasks[$0])), ("prompt", .text(prompt($0))),
              ("baseline", .text(context.baselines[$0])), ("choice", Page.letter(context.choices[$0].baseline)),
              ("right", Page.letter(context.choices[$0].right)),
            ])
          })
      ), ("file", .text(fileName)), ("regions", .whole(maps.regions.count)), ("textRegions", .whole(texts.regionCount)),
      ("maps", .list(zip(maps.maps, packed).map { json(of: $0, block, isAllScreened: $1.isAllScreened) })),
    ])
  }

  /// The letter of a choice; null for none.
  static func letter(_ choice: UInt8) -> JSON {
    choice == LetterChoice.none ? .null : .text(LetterChoice.letter(of: Int(choice)))
  }

  private func json(of map: MatrixMap, _ block: LayerBlock, isAllScreened: Bool) -> JSON {
    let box = block.boxes[map.matrix].map { [$0.x, $0.y, $0.width, $0.height] } ?? []
    return .object([
      ("layer", .whole(map.layer)), ("matrix", .text(map.matrix.rawValue)), ("rows", .whole(map.rows)),
      ("columns", .whole(map.columns)), ("cells", .whole(map.cellCount)), ("aspect", .number(map.aspect)),
      (
        "grid", map.grid.map { .list([$0.regionRows, $0.regionColumns, $0.rows, $0.columns].map(JSON.whole)) } ?? .null
      ),
      ("all", .truth(isAllScreened)), ("box", .list(box.map(JSON.number))),
    ])
  }
}

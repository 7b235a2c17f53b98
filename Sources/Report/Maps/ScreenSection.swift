import Archive
import Drawing
import Findings
import Foundation
import Perturbations
import Transformer

/// What the page shows of a screen itself: its maps, its inputs, and what its mutants say.
struct ScreenSection: Sendable {
  let summary: ResultsFile.Summary
  /// Name of the results file, without its folder.
  let fileName: String
  let context: ScreenContext
  let texts: RegionTexts
  /// Channels on which a region is non-silent at least to be shown so at first.
  let threshold: Int

  /// Characters of all prompts together.
  private static let promptLimit = 1_000_000

  private var maps: ScreenMaps { context.maps }
  private var channels: Channels { maps.channels }
  private var shownKinds: [Kind] { maps.comparedKinds }

  /// Reads the texts of as many regions as there is room for: the wanted ones first, then the most sensitive.
  init(_ file: borrowing ResultsFile, _ context: ScreenContext, wanted: [Link]) throws {
    summary = file.summary
    fileName = URL(fileURLWithPath: file.path).lastPathComponent
    self.context = context
    let maps = context.maps
    let regions =
      wanted.compactMap { RegionPlace(key: $0.key).flatMap(maps.find) }
      + maps.mostSensitive(limit: RegionTexts.regionLimit)
    var known: Set<Int> = []
    let vocabulary = try file.texts()
    texts = try RegionTexts(file, maps, wanted: regions.filter { known.insert($0.region).inserted }) { tokens in
      vocabulary?.text(of: tokens) ?? tokens.map { "⟨\($0)⟩" }.joined()
    }
    threshold = maps.balancedThreshold(maps.comparedKinds)
  }

  /// The maps of all matrices in one drawing.
  func atlas(_ palette: Palette) -> Drawing {
    let unit = channels.unit == .task ? "task" : "input"
    return AtlasFigure.make(
      maps, kinds: shownKinds, palette: palette, name: "maps",
      words: "non-silent on at least \(threshold) of \(Numeral.items(channels.count, unit))",
      description: "Maps of every matrix"
    ) { maps.count($0, $1) >= threshold }
  }

  /// What the template takes of the map that the page opens with; nil where there are no maps.
  var telling: [String: TemplateValue]? {
    guard let index = maps.mostTelling(threshold: threshold) else { return nil }
    let map = maps.maps[index]
    let screened = Numeral.items(map.regions.count, "region")
    let rest = map.cellCount > map.regions.count ? " of \(Numeral.count(map.cellCount))" : ""
    return [
      "index": .text("\(index)"), "name": .text(map.name),
      "shape": .text("\(Numeral.count(map.rows)) × \(Numeral.count(map.columns)) weights, \(screened)\(rest) screened"),
    ]
  }

  /// What was screened, in words.
  var scope: String {
    "\(Numeral.items(maps.mutationCount, "mutation")) by \(maps.kinds.map(\.rawValue).joined(separator: ", ")) on "
      + Numeral.items(summary.inputCount, "input")
  }

  /// What the template takes; the figure of the maps has a number among all, and perhaps a file beside the page.
  func values(mapsNumber: Int, hasFile: Bool) -> [String: TemplateValue] {
    let kinds = shownKinds.map(\.rawValue)
    let packed = packed
    return [
      "mapsFile": hasFile ? .text("maps.svg") : .truth(false), "mapsNumber": .text("\(mapsNumber)"),
      "mapsCaption": .text(mapsCaption), "mapsAbsence": .text(mapsAbsence),
      "firstKind": .text(kinds.first ?? "none"), "secondKind": kinds.count == 2 ? .text(kinds[1]) : .truth(false),
      "rowOrder": .text(summary.provenance.rowOrder.replacing("_", with: "-")),
      "configuration": .text(String(decoding: summary.provenance.configuration, as: UTF8.self)),
      "inputs": .list(inputs), "data": .markup(Markup(made: data(packed).text)),
      "texts": .markup(Markup(made: texts.json.text)),
      "packed": .list(packed.enumerated().map { ["index": .text("\($0)"), "bytes": .markup(Markup(made: $1.bytes))] }),
    ]
  }

  // MARK: Words

  var numbers: [(name: String, value: String)] {
    let frame = LayerTable(layers: maps.maps.map(\.layer), matrices: maps.maps.map(\.matrix))
    let whole = maps.extent.layerCount.map { $0 > frame.layers.count ? " of \($0)" : "" } ?? ""
    let share = maps.verdictCount > 0 ? Double(maps.nonSilent) / Double(maps.verdictCount) : .nan
    let tasks = Set(summary.tasks).count
    return [
      ("mutations", Numeral.count(maps.mutationCount)), ("regions", Numeral.count(maps.regions.count)),
      ("layers × matrices", "\(frame.layers.count)\(whole) × \(frame.matrices.count)"),
      (
        "\(summary.inputCount == 1 ? "input" : "inputs") of \(Numeral.items(tasks, "task"))",
        Numeral.count(summary.inputCount)
      ), ("verdicts", Numeral.count(maps.verdictCount)), ("of them non-silent", Numeral.share(share)),
    ]
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

  /// What of the model the maps do not have.
  private var mapsAbsence: String {
    guard maps.extent.isKnown else {
      return
        "The results file is of a version without the shapes of the matrices: they are drawn as far as "
        + "regions were screened in any layer, and layers without a region are not shown."
    }
    let absent = maps.extent.absentMatrices(screened: Set(maps.maps.map(\.matrix))).map(\.rawValue)
    let matrices =
      absent.isEmpty
      ? "" : "Of \(absent.joined(separator: ", ")) no region was screened in any layer, and they are not shown."
    let refined =
      maps.isRefined
      ? "This is a level of a refinement: regions were chosen, kind by kind, within those that were non-silent at the "
        + "coarser "
        + "size, and what is hatched was not chosen." : ""
    let outer = summary.outerRows.count
    let outside =
      outer > 0
      ? "\(Numeral.items(outer, "mutation")) of the embedding or of the head, which are of no layer, are in the "
        + "results file alone." : ""
    return [maps.layers.sentence, matrices, outside, refined].filter { !$0.isEmpty }.joined(separator: " ")
  }

  var provenance: [(name: String, value: String)] {
    let own = summary.provenance
    let model = [("model", own.modelName), ("model SHA-256", own.modelSHA256)] + own.masks.map { ("mask", $0) }
    return model + [
      ("plan SHA-256", own.planSHA256), ("results file", fileName),
      ("screened", "\(own.created) by locus \(own.locusVersion)"),
      ("command", own.commandLine), ("ranks", "\(own.ranks) × \(own.threads) threads"),
      ("BLAS", own.blas), ("MPI", own.mpi), ("instructions", own.instructionSet),
      ("steps of a continuation", "\(summary.stepCount)"),
      ("kinds", maps.kinds.map(\.rawValue).joined(separator: ", ")),
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
    let limit = max(200, ScreenSection.promptLimit / max(context.prompts.count, 1))
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
    let boxes = WeightMatrix.allCases.compactMap { matrix in
      block.boxes[matrix].map { box in
        (matrix.rawValue, JSON.list([box.x, box.y, box.width, box.height].map(JSON.number)))
      }
    }
    return .object([
      ("kinds", .list(kinds.map { .text($0.rawValue) })), ("first", .whole(first)),
      ("second", second.map(JSON.whole) ?? .null), ("unit", .text(channels.unit.rawValue)),
      (
        "channels",
        .list(zip(channels.names, channels.tasks).map { .object([("name", .text($0)), ("task", .text($1))]) })
      ), ("threshold", .whole(threshold)), ("block", .list([block.width, block.height].map(JSON.number))),
      ("boxes", .object(boxes.map { (name: $0, value: $1) })), ("absence", .text(maps.absence)),
      (
        "layers",
        .list(
          maps.layers.runs.map {
            .object([
              ("name", .text($0.name)), ("layer", $0.isScreened ? .whole($0.layers.lowerBound) : .null),
            ])
          })
      ),
      (
        "inputs",
        .list(
          context.ids.indices.map {
            .object([
              ("id", .text(context.ids[$0])), ("task", .text(context.tasks[$0])), ("prompt", .text(prompt($0))),
              ("baseline", .text(context.baselines[$0])),
              ("choice", ScreenSection.letter(context.choices[$0].baseline)),
              ("right", ScreenSection.letter(context.choices[$0].right)),
            ])
          })
      ), ("file", .text(fileName)), ("regions", .whole(maps.regions.count)), ("textRegions", .whole(texts.regionCount)),
      ("maps", .list(zip(maps.maps, packed).map { json(of: $0, isAllScreened: $1.isAllScreened) })),
    ])
  }

  /// The letter of a choice; null for none.
  static func letter(_ choice: UInt8) -> JSON {
    choice == LetterChoice.none ? .null : .text(LetterChoice.letter(of: Int(choice)))
  }

  private func json(of map: MatrixMap, isAllScreened: Bool) -> JSON {
    .object([
      ("layer", .whole(map.layer)), ("matrix", .text(map.matrix.rawValue)), ("rows", .whole(map.rows)),
      ("columns", .whole(map.columns)), ("cells", .whole(map.cellCount)), ("aspect", .number(map.aspect)),
      (
        "grid", map.grid.map { .list([$0.regionRows, $0.regionColumns, $0.rows, $0.columns].map(JSON.whole)) } ?? .null
      ),
      ("all", .truth(isAllScreened)),
    ])
  }
}

import Drawing

/// Chapters as the template takes them, their figures numbered in the order of the page.
struct PageSections {
  let values: [[String: TemplateValue]]
  /// The number of the figure that comes next.
  let nextFigure: Int

  /// `isLong`: the page has so many sections that each shows its first figure, and folds the rest. `hasFiles`: figures
  /// link to their files beside the page.
  init(_ chapters: [Chapter], firstFigure: Int, isLong: Bool, hasFiles: Bool) {
    var number = firstFigure
    values = chapters.compactMap { chapter in
      guard let exhibit = chapter.exhibit else { return nil }
      let method = TemplateValue.text("method" + (chapter.method.map { "-" + $0 } ?? ""))
      func numbered(_ values: [String: TemplateValue]) -> [String: TemplateValue] {
        defer { number += 1 }
        return values.merging(["number": .text("\(number)"), "method": method]) { first, _ in first }
      }
      func figures(_ some: ArraySlice<Figure>) -> TemplateValue {
        .list(some.map { numbered(PageSections.values(of: $0, hasFile: hasFiles)) })
      }
      func sets(_ some: [FigureSet]) -> TemplateValue {
        .list(some.map { numbered(PageSections.values(of: $0, hasFiles: hasFiles)) })
      }
      let (tables, setsAll) = (exhibit.tables.filter { !$0.rows.isEmpty }, [exhibit.set].compactMap { $0 })
      let leadCount = isLong ? 1 : exhibit.figures.count
      let isSetFolded = isLong && !exhibit.figures.isEmpty
      // A long page shows a table where it has nothing else.
      let isAlone = exhibit.figures.isEmpty && setsAll.isEmpty && exhibit.zoom == nil && exhibit.space == nil
      let leadTables = isLong && !isAlone ? 0 : isLong ? 1 : tables.count
      let leadGalleries = isLong ? 0 : exhibit.galleries.count
      var values: [String: TemplateValue] = [
        "name": .text(exhibit.name), "title": .text(exhibit.title), "introduction": .markup(exhibit.introduction),
        "isOpen": .truth(!chapter.isEmpty),
        "nothing": chapter.isEmpty
          ? .text("nothing found in \(Numeral.items(chapter.testCount, "test"))") : .truth(false),
      ]
      values["zooms"] = .list(
        [exhibit.zoom].compactMap { $0 }.map { numbered(PageSections.values(title: $0.title, caption: $0.caption)) })
      values["figures"] = figures(exhibit.figures.prefix(leadCount))
      values["sets"] = sets(isSetFolded ? [] : setsAll)
      values["spaces"] = .list(
        [exhibit.space].compactMap { $0 }.map { numbered(PageSections.values(title: $0.title, caption: $0.caption)) })
      values["tables"] = .list(tables.prefix(leadTables).map(PageSections.values))
      values["galleries"] = PageSections.values(of: exhibit.galleries.prefix(leadGalleries))
      let rest = [
        ("figure", exhibit.figures.count - min(leadCount, exhibit.figures.count) + (isSetFolded ? setsAll.count : 0)),
        ("table", tables.count - min(leadTables, tables.count)),
        ("group of texts", exhibit.galleries.dropFirst(leadGalleries).reduce(0) { $0 + $1.entries.count }),
      ].filter { $0.1 > 0 }
      let more: [String: TemplateValue] = [
        "label": .text(
          rest.map { noun, count in
            Numeral.items(count, noun, noun == "group of texts" ? "groups of texts" : nil)
          }.joined(separator: ", ")),
        "figures": figures(exhibit.figures.dropFirst(leadCount)), "sets": sets(isSetFolded ? setsAll : []),
        "tables": .list(tables.dropFirst(leadTables).map(PageSections.values)),
        "galleries": PageSections.values(of: exhibit.galleries.dropFirst(leadGalleries)),
      ]
      values["more"] = .list(rest.isEmpty ? [] : [more])
      return values
    }
    nextFigure = number
  }

  private static func values(of galleries: ArraySlice<Gallery>) -> TemplateValue {
    .list(galleries.map { ["entries": .list($0.entries.map(PageSections.values))] })
  }

  private static func values(of figure: Figure, hasFile: Bool) -> [String: TemplateValue] {
    [
      "name": .text(figure.name), "title": .text(figure.title), "caption": .markup(figure.caption),
      "drawing": .markup(figure.drawing.inPage),
      "file": hasFile ? .text(figure.name + ".svg") : .truth(false),
    ]
  }

  private static func values(of set: FigureSet, hasFiles: Bool) -> [String: TemplateValue] {
    var values = values(title: set.title, caption: set.caption)
    values["label"] = .text(set.label)
    values["scale"] = set.isScale ? .list([["last": .text("\(set.parts.count - 1)"), "first": .text("\(set.first)")]]) : .truth(false)
    values["parts"] = .list(
      set.parts.enumerated().map { place, part in
        [
          "name": .text(part.name), "title": .text(part.title), "drawing": .markup(part.drawing.inPage), "isFirst": .truth(place == set.first),
          "file": hasFiles ? .text(part.name + ".svg") : .truth(false),
        ]
      })
    return values
  }

  private static func values(title: String, caption: Markup) -> [String: TemplateValue] {
    ["title": .text(title), "caption": .markup(caption)]
  }

  private static func values(of table: Table) -> [String: TemplateValue] {
    [
      "title": .text(table.title),
      "columns": .list(table.columns.map { ["title": .text($0.title), "isNumber": .truth($0.isNumber)] }),
      "rows": .list(table.rows.map { ["cells": .list($0.map(PageSections.values))] }),
      "note": table.note.isEmpty ? .truth(false) : .text(table.note),
    ]
  }

  private static func values(of cell: Table.Cell) -> [String: TemplateValue] {
    switch cell {
    case .text(let text): ["class": .truth(false), "content": .text(text)]
    case .number(let text): ["class": .text("number"), "content": .text(text)]
    case .place(let place): ["class": .truth(false), "content": .markup(button(place))]
    case .saying(let text): ["class": .text("said"), "content": .text(text)]
    }
  }

  private static func values(of entry: Gallery.Entry) -> [String: TemplateValue] {
    [
      "title": .text(entry.title), "note": .text(entry.note),
      "samples": .list(
        entry.samples.map {
          [
            "input": .text($0.input), "baseline": .text($0.baseline), "text": .text($0.text),
            "place": $0.place.map { .markup(button($0)) } ?? .truth(false),
            "note": $0.note.isEmpty ? .truth(false) : .text($0.note),
          ]
        }),
    ]
  }

  /// Opens a region.
  private static func button(_ place: Link) -> Markup {
    Markup(
      made: "<button type=\"button\" class=\"place\" data-place=\"\(place.key)\">\(Markup(place.words).text)</button>")
  }
}

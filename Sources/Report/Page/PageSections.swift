import Drawing

/// Chapters as the template takes them, their figures numbered in the order of the page.
struct PageSections {
  let values: [[String: TemplateValue]]
  /// The number of the figure that comes next.
  let nextFigure: Int

  /// `isLong`: the page has so many figures that each section shows its first one, and folds the rest. `hasFiles`:
  /// figures link to their files beside the page.
  init(_ chapters: [Chapter], firstFigure: Int, isLong: Bool, hasFiles: Bool) {
    var numbering = Numbering(next: firstFigure, hasFiles: hasFiles)
    values = chapters.compactMap { chapter in
      chapter.exhibit.map { PageSections.values(of: $0, chapter, isLong: isLong, &numbering) }
    }
    nextFigure = numbering.next
  }

  /// Gives figures their numbers.
  private struct Numbering {
    var next: Int
    let hasFiles: Bool

    mutating func number(_ values: [String: TemplateValue], _ method: TemplateValue) -> [String: TemplateValue] {
      defer { next += 1 }
      return values.merging(["number": .text("\(next)"), "method": method]) { first, _ in first }
    }
  }

  private static func values(
    of exhibit: Exhibit, _ chapter: Chapter, isLong: Bool, _ numbering: inout Numbering
  ) -> [String: TemplateValue] {
    let method = TemplateValue.text("method" + (chapter.method.map { "-" + $0 } ?? ""))
    let (lead, rest) = SectionPart.parts(of: exhibit, isLong: isLong)
    var values: [String: TemplateValue] = [
      "name": .text(exhibit.name), "title": .text(exhibit.title), "introduction": .markup(exhibit.introduction),
      "isOpen": .truth(chapter.emptiness == nil), "nothing": chapter.emptiness.map(TemplateValue.text) ?? .truth(false),
    ]
    values["zooms"] = .list(
      [exhibit.zoom].compactMap { $0 }.map {
        numbering.number(PageSections.values(title: $0.title, caption: $0.caption), method)
      })
    values.merge(PageSections.values(of: lead, method, &numbering)) { first, _ in first }
    values["spaces"] = .list(
      [exhibit.space].compactMap { $0 }.map {
        numbering.number(PageSections.values(title: $0.title, caption: $0.caption), method)
      })
    var more = PageSections.values(of: rest, method, &numbering)
    more["label"] = .text(rest.words)
    values["more"] = .list(rest.words.isEmpty ? [] : [more])
    return values
  }

  private static func values(
    of part: SectionPart, _ method: TemplateValue, _ numbering: inout Numbering
  ) -> [String: TemplateValue] {
    let hasFiles = numbering.hasFiles
    return [
      "figures": .list(part.figures.map { numbering.number(values(of: $0, hasFile: hasFiles), method) }),
      "sets": .list(part.sets.map { numbering.number(values(of: $0, hasFiles: hasFiles), method) }),
      "tables": .list(part.tables.map(PageSections.values)),
      "galleries": .list(part.galleries.map { ["entries": .list($0.entries.map(PageSections.values))] }),
    ]
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
    let scale = ["last": TemplateValue.text("\(set.parts.count - 1)"), "first": .text("\(set.first)")]
    values["scale"] = set.isScale ? .list([scale]) : .truth(false)
    values["parts"] = .list(
      set.parts.enumerated().map { place, part in
        [
          "name": .text(part.name), "title": .text(part.title), "drawing": .markup(part.drawing.inPage),
          "isFirst": .truth(place == set.first),
          "file": hasFiles ? .text(part.name + ".svg") : .truth(false),
          "data": part.data.isEmpty ? .truth(false) : .text(part.data),
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

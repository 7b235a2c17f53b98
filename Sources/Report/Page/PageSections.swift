import Drawing

/// Exhibits as the template takes them, their figures numbered.
struct PageSections {
  let values: [[String: TemplateValue]]
  /// The number of the figure that comes next.
  let nextFigure: Int

  /// `hasFiles`: figures link to their files beside the page.
  init(_ exhibits: [Exhibit], firstFigure: Int, hasFiles: Bool) {
    var number = firstFigure
    values = exhibits.map { exhibit in
      let zooms = [exhibit.zoom].compactMap { $0 }.map { zoom in
        defer { number += 1 }
        return PageSections.values(title: zoom.title, caption: zoom.caption, number: number)
      }
      let figures = exhibit.figures.map { figure in
        defer { number += 1 }
        return PageSections.values(of: figure, number: number, hasFile: hasFiles)
      }
      let sets = [exhibit.set].compactMap { $0 }.map { set in
        defer { number += 1 }
        return PageSections.values(of: set, number: number, hasFiles: hasFiles)
      }
      let spaces = [exhibit.space].compactMap { $0 }.map { space in
        defer { number += 1 }
        return PageSections.values(title: space.title, caption: space.caption, number: number)
      }
      return [
        "name": .text(exhibit.name), "title": .text(exhibit.title), "introduction": .markup(exhibit.introduction),
        "zooms": .list(zooms), "figures": .list(figures), "sets": .list(sets),
        "spaces": .list(spaces),
        "tables": .list(exhibit.tables.filter { !$0.rows.isEmpty }.map(PageSections.values)),
        "galleries": .list(exhibit.galleries.map { ["entries": .list($0.entries.map(PageSections.values))] }),
      ]
    }
    nextFigure = number
  }

  private static func values(of figure: Figure, number: Int, hasFile: Bool) -> [String: TemplateValue] {
    [
      "name": .text(figure.name), "title": .text(figure.title), "caption": .markup(figure.caption),
      "drawing": .markup(figure.drawing.inPage), "number": .text("\(number)"),
      "file": hasFile ? .text(figure.name + ".svg") : .truth(false),
    ]
  }

  private static func values(of set: FigureSet, number: Int, hasFiles: Bool) -> [String: TemplateValue] {
    var values = values(title: set.title, caption: set.caption, number: number)
    values["label"] = .text(set.label)
    values["parts"] = .list(
      set.parts.enumerated().map { place, part in
        [
          "title": .text(part.title), "drawing": .markup(part.drawing.inPage), "isFirst": .truth(place == set.first),
          "file": hasFiles ? .text(part.name + ".svg") : .truth(false),
        ]
      })
    return values
  }

  private static func values(title: String, caption: Markup, number: Int) -> [String: TemplateValue] {
    ["title": .text(title), "caption": .markup(caption), "number": .text("\(number)")]
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

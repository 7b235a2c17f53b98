import Archive
import Drawing

/// What mutants say, in classes with sample texts.
enum ClassesExhibit {
  private static let classLimit = 24
  private static let samplesPerClass = 3
  private static let textLimit = 400

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    var exhibit = try exhibit(
      group, context, title: "What mutants say",
      introduction:
        "Continuations of non-silent mutants in classes of similar words, the largest first. What the baseline "
        + "says is in grey.")
    exhibit.tables = try ties(group)
    return exhibit
  }

  /// The exhibit of classes by the states of the model that was screened.
  static func makeByState(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let classified = try group.counts(WordClasses.Columns.classified).first ?? 0
    return try exhibit(
      group, context, title: "What mutants say, by the model's states",
      introduction:
        "\(Numeral.items(classified, "different continuation")) of non-silent mutants in classes of similar states "
        + "that the unmutated model has on reading them, the largest first; others have no class. What the baseline "
        + "says is in grey.")
  }

  private static func exhibit(
    _ group: GroupReader, _ context: ScreenContext, title: String, introduction: String
  ) throws -> Exhibit {
    let names = try group.texts(WordClasses.Columns.name, "class")
    let verdicts = try group.counts(WordClasses.Columns.verdicts, "class")
    let distinct = try group.counts(WordClasses.Columns.distinct, "class")
    let tasks = try group.labels("task")
    let ofTask = try group.counts(WordClasses.Columns.taskVerdicts, "class", "task")
    let samples = try samples(of: group, context)
    let order = names.indices.sorted { verdicts[$0] == verdicts[$1] ? $0 < $1 : verdicts[$0] > verdicts[$1] }
    var exhibit = Exhibit(name: group.group.name, title: title, introduction: Markup(introduction))
    exhibit.galleries = [
      Gallery(
        entries: order.prefix(classLimit).map { index in
          let most = tasks.indices.max { ofTask[index * tasks.count + $0] < ofTask[index * tasks.count + $1] }
          let mainly = tasks.count > 1 ? most.map { ", most on \(tasks[$0].cut(30))" } ?? "" : ""
          return Gallery.Entry(
            title: names[index].isEmpty ? "without a name" : names[index].cut(80),
            note: "\(Numeral.items(verdicts[index], "verdict")), "
              + "\(Numeral.items(distinct[index], "different continuation"))\(mainly)",
            samples: Array((samples[index] ?? []).prefix(samplesPerClass)))
        })
    ]
    // With one task nothing is said of tasks.
    if tasks.count > 1 {
      exhibit.figures = [
        figure(
          group.group.name, order.map { names[$0].cut(40) }, tasks,
          order.map { row in
            tasks.indices.map { ofTask[row * tasks.count + $0] }
          })
      ]
    }
    exhibit.places = order.flatMap { samples[$0] ?? [] }.compactMap(\.place)
    return exhibit
  }

  /// Whether classes of each input by itself are tied to mutations.
  private static func ties(_ group: GroupReader) throws -> [Table] {
    let tasks = try group.labels("task")
    let mutations = try group.counts(WordClasses.Columns.taskMutations, "task")
    let draws = try group.counts(WordClasses.Columns.permutations).first ?? 0
    let questions = try ["coherence", "combination"].map { name in
      (
        effects: try group.numbers("\(name)_effect", "task"), chances: try group.numbers("\(name)_p_value", "task"),
        areFound: try group.truths("\(name)_is_found", "task")
      )
    }
    let rows = tasks.indices.map { task -> [Table.Cell] in
      let answers = questions.flatMap { question -> [Table.Cell] in
        [
          .number(Numeral.share(question.effects[task]) + (question.areFound[task] ? " *" : "")),
          .number(Numeral.chance(question.chances[task], of: Double(draws))),
        ]
      }
      return (tasks.count > 1 ? [.text(tasks[task].cut(30))] : []) + [.number(Numeral.count(mutations[task]))] + answers
    }
    return [
      Table(
        title: "How much of the classes is explained beyond chance",
        columns: (tasks.count > 1 ? [("task", false)] : []) + [
          ("mutations", true), ("by what they say on other inputs", true), ("p", true),
          ("by layer, matrix and kind", true), ("p", true),
        ], rows: rows,
        note: "Classes are made on each input by itself, so that prompts explain none of it. * counts as found.")
    ]
  }

  private static func samples(of group: GroupReader, _ context: ScreenContext) throws -> [Int: [Gallery.Sample]] {
    let classes = try group.counts(WordClasses.Columns.sampleClass, "sample")
    let inputs = try group.counts(WordClasses.Columns.sampleInput, "sample")
    let mutations = try group.counts(WordClasses.Columns.sampleMutation, "sample")
    let mutants = try group.counts(WordClasses.Columns.sampleMutants, "sample")
    let texts = try group.texts(WordClasses.Columns.sampleText, "sample")
    var samples: [Int: [Gallery.Sample]] = [:]
    for place in classes.indices where context.ids.indices.contains(inputs[place]) {
      let region = context.maps.region(ofMutation: mutations[place])
      samples[classes[place], default: []].append(
        Gallery.Sample(
          input: "\(context.tasks[inputs[place]].cut(24)), \(context.ids[inputs[place]].cut(30))",
          baseline: context.baselines[inputs[place]].cut(textLimit), text: texts[place].cut(textLimit),
          place: region.map { context.maps.place($0).link }, note: Numeral.items(mutants[place], "mutant")))
    }
    return samples
  }

  /// Classes by tasks: how many verdicts.
  private static func figure(_ name: String, _ names: [String], _ tasks: [String], _ counts: [[Int]]) -> Figure {
    let most = counts.joined().max() ?? 1
    let limit = Double(most)
    let map = HeatMap(
      rows: names, columns: tasks.map { $0.cut(18) },
      cells: zip(names, counts).map { name, row in
        zip(tasks, row).map { task, count in
          HeatMap.Cell(
            paint: .magnitude(Double(count).squareRoot(), of: limit.squareRoot()),
            tip: "\(name), \(task): \(Numeral.items(count, "verdict"))", label: count > 0 ? Numeral.count(count) : "")
        }
      }, cellWidth: 52, areColumnsTurned: true)
    let title = "Classes by task"
    return Figure(
      name: name, title: title, caption: Markup("Non-silent verdicts; shades are by the square root of the count."),
      drawing: Drawing(
        map.marks, width: map.width, height: map.height,
        legend: Legend(entries: [Legend.shades(from: "0", to: Numeral.count(most))]), description: title))
  }
}

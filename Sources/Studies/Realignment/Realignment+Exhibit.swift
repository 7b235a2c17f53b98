import Archive
import Drawing

extension Realignment {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let names = try study.labels("network")
    let stepCount = try study.length("step")
    let losses = try study.numbers("loss_of_batch", "network", "step")
    let columns = ["held_loss_host", "held_loss", "excess", "untrained_excess", "sign_agreement", "top_share"]
    let values = try columns.map { try study.numbers($0, "network") }
    let size = max(1, (stepCount + 99) / 100)
    let series = names.indices.map { place in
      LinePlot.Series(
        name: names[place],
        points: stride(from: 0, to: stepCount, by: size).map { start in
          let own = losses[place * stepCount + start..<place * stepCount + min(start + size, stepCount)]
          return LinePlot.Point(x: Double(start), y: own.reduce(0, +) / Double(own.count))
        })
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "step"), vertical: Axis.Words(title: "loss of batches, nats"))
    let title = "How side networks learn"
    let figure = Figure(
      name: "realignment-learning", title: title,
      caption: Markup("The loss of each batch before the step's update, as means of neighbouring steps."),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
    let table = Table(
      title: "Additions to held-out rows",
      columns: [
        ("network", false), ("loss without", true), ("loss with", true), ("between indices", true),
        ("before training", true), ("agreement in sign", true), ("share of the first index", true),
      ],
      rows: names.indices.map { place in
        let own = values.map { $0[place] }
        return [.text(names[place])] + own.prefix(2).map { .number(Numeral.number($0)) }
          + own.dropFirst(2).map { .number(Numeral.share($0)) }
      },
      note: "Between indices is the part of the variance that lies there beyond that of numbers without structure.")
    return Exhibit(
      name: name, title: "Realignment",
      introduction: Markup(
        "A small network reads the model's first layer and adds to the residual stream at every layer, so that the "
          + "model writes in a style. Stripes are additions that go by index at all layers alike."),
      figures: [figure], tables: [table])
  }
}

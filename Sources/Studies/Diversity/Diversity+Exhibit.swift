import Archive
import Drawing
import Perturbations
import Transformer

extension Diversity {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let figures = DiversityFigures(study)
    return Exhibit(
      name: name, title: "Diversity", introduction: Markup(question + " " + study.group.comment),
      figures: try [figures.openness(), figures.variety(), figures.clusters(), figures.returns()].compactMap { $0 },
      tables: [try figures.samples()])
  }
}

/// The figures of the page, from the group of the file.
private struct DiversityFigures {
  private let study: GroupReader
  /// More than these do not fit a figure; the file has all.
  private static let (textLimit, promptLimit, clusterLimit) = (12, 6, 12)

  init(_ study: GroupReader) { self.study = study }

  private func hosts() throws -> [String] { try study.labels("host") }

  /// The names of the prompts: their beginnings.
  private func prompts() throws -> [String] {
    try study.texts("prompt_text", "prompt").enumerated().map { number, text in
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return words.isEmpty ? "prompt \(number)" : "“\(words.cut(24))”"
    }
  }

  /// What a caption says of those that are left out.
  private func first(_ limit: Int, of count: Int, _ noun: String) -> String {
    count > limit ? " The first \(limit) of \(count) \(noun) are shown." : ""
  }

  private func figure(
    _ name: String, _ title: String, _ caption: String, marks: [Mark], width: Double, height: Double
  ) -> Figure {
    Figure(
      name: "diversity-\(name)", title: title, caption: Markup(caption),
      drawing: Drawing(width: width, height: height, description: title, marks: marks))
  }

  // MARK: Figures

  func openness() throws -> Figure? {
    let (hosts, texts) = (try hosts(), try study.labels("text"))
    let values = try study.numbers("next_token_entropy", "host", "place")
    let owners = try study.counts("place_text", "place")
    guard !owners.isEmpty else { return nil }
    let violins = texts.indices.prefix(Self.textLimit).flatMap { text in
      hosts.indices.map { host in
        ViolinPlot.Violin(
          name: hosts.count > 1 ? "\(texts[text]), \(hosts[host])" : texts[text],
          values: owners.indices.lazy.filter { owners[$0] == text }.map { values[host * owners.count + $0] },
          paint: SeriesStyle(class: host).paint)
      }
    }
    let plot = ViolinPlot(violins: violins, vertical: Axis.Words(title: "entropy of the next token, bits"), bounds: [0])
    return figure(
      "entropy", "How open the next token is",
      "Entropy of the next token behind every position of each text; strokes are medians and quartiles."
        + first(Self.textLimit, of: texts.count, "texts"),
      marks: plot.marks, width: plot.width, height: plot.height)
  }

  func variety() throws -> Figure? {
    let (hosts, prompts, lengths) = (try hosts(), try prompts(), try study.labels("length"))
    let distinct = try study.numbers("distinct", "host", "prompt", "length")
    let bleu = try study.numbers("self_bleu", "host", "prompt")
    let low = try study.numbers("self_bleu_low", "host", "prompt")
    let high = try study.numbers("self_bleu_high", "host", "prompt")
    let names = lengths.map { "distinct-\($0)" } + ["self-BLEU"]
    let groups = prompts.indices.prefix(Self.promptLimit).flatMap { prompt in
      hosts.indices.map { host in
        let place = host * prompts.count + prompt
        let bars = lengths.indices.map { BarPlot.Bar(distinct[place * lengths.count + $0]) }
        return BarPlot.Group(
          name: hosts.count > 1 ? "\(prompts[prompt]) \(hosts[host])" : prompts[prompt],
          bars: bars + [BarPlot.Bar(bleu[place], low: low[place], high: high[place])])
      }
    }
    let plot = BarPlot(names: names, groups: groups, vertical: Axis.Words(title: "share, or BLEU"), bounds: [1])
    return figure(
      "variety", "How varied the samples are",
      "Different runs of tokens over all runs of that length, and the mean BLEU of a sample against all others with "
        + "its 95 % interval: the greater self-BLEU, the less varied the samples."
        + first(Self.promptLimit, of: prompts.count, "prompts"),
      marks: plot.marks, width: plot.width, height: plot.height)
  }

  func clusters() throws -> Figure? {
    let (prompts, count) = (try prompts(), try study.labels("cluster").count)
    let sizes = try study.numbers("cluster_size", "prompt", "cluster")
    let samples = Double(max(1, try study.length("sample")))
    let shown = min(count, Self.clusterLimit)
    let groups = prompts.indices.prefix(Self.promptLimit).map { prompt in
      let own = sizes[prompt * count..<(prompt + 1) * count].sorted(by: >).prefix(shown)
      return BarPlot.Group(name: prompts[prompt], bars: own.map { BarPlot.Bar($0 / samples) })
    }
    let plot = BarPlot(
      names: (0..<shown).map { "\($0 + 1)" }, groups: groups,
      vertical: Axis.Words(title: "share of the samples") { Numeral.tick($0) }, value: { Numeral.share($0) },
      references: [ReferenceLine(1 / Double(max(1, count)), name: "even")])
    return figure(
      "clusters", "Where samples fall",
      "Shares of the samples in each cluster of their states, the largest first. Whether there are clusters at all, "
        + "the sentences say." + first(Self.clusterLimit, of: count, "clusters")
        + first(Self.promptLimit, of: prompts.count, "prompts"),
      marks: plot.marks, width: plot.width, height: plot.height)
  }

  func returns() throws -> Figure? {
    guard study.has("return_rate") else { return nil }
    let (prompts, positions) = (try prompts(), try study.labels("position"))
    let rates = try ["return_rate", "exchanged_rate", "base_rate"].map {
      try study.numbers($0, "prompt", "position")
    }
    let groups = prompts.indices.prefix(Self.promptLimit).flatMap { prompt in
      positions.indices.map { position in
        BarPlot.Group(
          name: prompts.count > 1 ? "\(prompts[prompt]) \(positions[position])" : positions[position],
          bars: rates.map { BarPlot.Bar($0[prompt * positions.count + position]) })
      }
    }
    let plot = BarPlot(
      names: ["returns", "clusters dealt anew", "base rate"], groups: groups,
      vertical: Axis.Words(title: "share of the texts") { Numeral.tick($0) }, title: "position of the replaced token",
      value: { Numeral.share($0) }, bounds: [1])
    return figure(
      "returns", "Whether disturbed texts return",
      "Texts of which one token was replaced, continued anew: how many end in the cluster that they came from, beside "
        + "the rate when clusters of origin are dealt anew to the texts, and the share of those clusters among the "
        + "samples." + first(Self.promptLimit, of: prompts.count, "prompts"),
      marks: plot.marks, width: plot.width, height: plot.height)
  }

  // MARK: Samples

  private static let samplesOfPrompt = 3

  func samples() throws -> Table {
    let (hosts, prompts, count) = (try hosts(), try prompts(), try study.length("sample"))
    let texts = try study.texts("sample_text", "host", "prompt", "sample")
    let rows = hosts.indices.flatMap { host in
      prompts.indices.prefix(Self.promptLimit).flatMap { prompt in
        (0..<min(Self.samplesOfPrompt, count)).map { sample -> [Table.Cell] in
          let text = texts[(host * prompts.count + prompt) * count + sample]
          return [.text(hosts[host]), .text(prompts[prompt]), .saying(text.cut(400))]
        }
      }
    }
    return Table(
      title: "First samples", columns: [("host", false), ("prompt", false), ("sample", false)], rows: rows)
  }
}

/// Distributions beside each other: each a density, mirrored, with its median and quartiles.
public struct ViolinPlot: Sendable {
  /// One distribution.
  public struct Violin: Sendable {
    /// The name below it.
    public let name: String
    /// The values in any order; what is no number is left out.
    public let values: [Double]
    /// The colour.
    public var paint = Paint.ink

    /// Takes a name and values. Fewer than five values are drawn as points.
    public init(name: String, values: [Double], paint: Paint = .ink) {
      self.name = name
      self.values = values
      self.paint = paint
    }
  }

  /// The distributions from the left.
  public let violins: [Violin]
  /// The words of the vertical axis; densities are of logarithms where it goes by these.
  public let vertical: Axis.Words
  /// What the distributions are of, below their names; empty for nothing.
  public let title: String
  /// Formats a value in a tip.
  public let value: @Sendable (Double) -> String
  /// Heights at which lines stand for comparison.
  public var references: [ReferenceLine] = []
  /// Heights that the vertical axis reaches in any case.
  public var bounds: [Double] = []
  /// The width of each violin where it is widest, in pixels.
  public var violinWidth = 56.0
  /// The height of the axis in pixels.
  public var plotHeight = 260.0

  /// Takes the distributions and the words of the vertical axis.
  public init(
    violins: [Violin], vertical: Axis.Words, title: String = "",
    value: @escaping @Sendable (Double) -> String = { Numeral.number($0) }, references: [ReferenceLine] = [],
    bounds: [Double] = [], violinWidth: Double = 56.0, plotHeight: Double = 260.0
  ) {
    self.violins = violins
    self.vertical = vertical
    self.title = title
    self.value = value
    self.references = references
    self.bounds = bounds
    self.violinWidth = violinWidth
    self.plotHeight = plotHeight
  }

  /// The least number of values that make a violin.
  private static let leastCount = 5

  private var row: NameRow { NameRow(names: violins.map(\.name), title: title, pitch: violinWidth + 24) }

  private var frame: PlotFrame {
    let row = row
    let places = (violins.flatMap(\.values) + references.map(\.value) + bounds).map(vertical.place)
    return PlotFrame(
      plotWidth: max(row.pitch * Double(violins.count), 40), plotHeight: plotHeight, words: vertical,
      range: Scale.range(of: places), references: references, footHeight: row.height)
  }

  /// The plot's width in pixels, axis and names included.
  public var width: Double { frame.width }
  /// The plot's height in pixels, names included.
  public var height: Double { frame.height }

  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    let (frame, row) = (frame, row)
    var marks = frame.ground
    for (number, violin) in violins.enumerated() {
      let sample = SortedValues(violin.values.map(vertical.place))
      let x = frame.left + (Double(number) + 0.5) * row.pitch
      marks +=
        sample.values.count < ViolinPlot.leastCount
        ? points(of: violin, sample, x: x, frame.axis.scale) : [shape(of: violin, sample, x: x, frame.axis.scale)]
    }
    return marks + frame.comparisons + row.marks(left: frame.left, top: frame.bottom)
  }

  /// Points one above another; those that would touch stand side by side.
  private func points(of violin: Violin, _ sample: SortedValues, x: Double, _ scale: Scale) -> [Mark] {
    let places = sample.values.map(scale.place)
    var clusters: [Range<Int>] = []
    for place in places.indices {
      if let last = clusters.last, abs(places[place] - places[place - 1]) < 8 {
        clusters[clusters.count - 1] = last.lowerBound..<place + 1
      } else {
        clusters.append(place..<place + 1)
      }
    }
    return clusters.flatMap { cluster in
      cluster.map { place in
        let shift = Double(place - cluster.lowerBound) - Double(cluster.count - 1) / 2
        return .circle(
          x: x + 9 * shift, y: places[place], radius: 3.5, fill: violin.paint,
          tip: "\(violin.name): \(value(scale.value(sample.values[place])))")
      }
    }
  }

  /// The outline, whole strokes at the median and dashed ones at the quartiles.
  private func shape(of violin: Violin, _ sample: SortedValues, x: Double, _ scale: Scale) -> Mark {
    let density = KernelDensity(sample)
    let greatest = density?.densities.max() ?? 1
    let widths = density.map { $0.densities.map { violinWidth / 2 * $0 / greatest } } ?? []
    let heights = (density?.places ?? []).map(scale.place)
    var parts: [Mark] = []
    if density != nil {
      let outline =
        zip(widths, heights).map { (x + $0, $1) } + zip(widths, heights).reversed().map { (x - $0, $1) }
      parts.append(.polygon(outline, fill: Paint(violin.paint.role, opacity: 0.16), stroke: violin.paint))
    }
    let quartiles = [0.25, 0.5, 0.75].map(sample.quantile)
    for (number, quartile) in quartiles.enumerated() where density != nil || number == 1 {
      let (y, half) = (scale.place(quartile), halfWidth(at: quartile, density, widths))
      let stroke = Mark.line(
        x1: x - half, y1: y, x2: x + half, y2: y, stroke: violin.paint, width: number == 1 ? 2.5 : 1.2)
      parts.append(number == 1 ? stroke : stroke.dashed([3, 2.5]))
    }
    let written = quartiles.map { value(scale.value($0)) }
    return Mark.group(parts).tipped(
      "\(violin.name): median \(written[1]), quartiles \(written[0]) and \(written[2]), "
        + Numeral.items(sample.values.count, "value"))
  }

  /// Half of the violin's width at a place, between the places beside it in proportion; where all values are equal,
  /// half of the greatest width.
  private func halfWidth(at place: Double, _ density: KernelDensity?, _ widths: [Double]) -> Double {
    guard let places = density?.places, let low = places.first, let high = places.last else { return violinWidth / 2 }
    let number = (place - low) / (high - low) * Double(places.count - 1)
    let below = min(max(Int(number), 0), places.count - 2)
    return widths[below] + (number - Double(below)) * (widths[below + 1] - widths[below])
  }
}

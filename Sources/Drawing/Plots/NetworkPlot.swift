/// Things in columns, one for each group, and lines between those that are joined.
public struct NetworkPlot: Sendable {
  /// One thing.
  public struct Node: Sendable {
    /// The group that it is of, counted from 0.
    public let group: Int
    /// Its name, which stands at its left.
    public let name: String
    /// What stands behind the name, in a quieter colour.
    public let detail: String
    /// What shows when a pointer rests on it.
    public let tip: String

    /// Takes the group and the words.
    public init(group: Int, name: String, detail: String, tip: String) {
      self.group = group
      self.name = name
      self.detail = detail
      self.tip = tip
    }
  }

  /// A line between two things.
  public struct Edge: Sendable {
    /// The things by their places among all.
    public let first: Int
    /// The other end.
    public let second: Int
    /// How wide the line is, from 0 to 1.
    public let weight: Double
    /// The colour.
    public let paint: Paint
    /// What shows when a pointer rests on it.
    public let tip: String

    /// Takes two ends and the looks of the line.
    public init(first: Int, second: Int, weight: Double, paint: Paint, tip: String) {
      self.first = first
      self.second = second
      self.weight = weight
      self.paint = paint
      self.tip = tip
    }
  }

  /// The places of a column: its dots, and where it ends.
  private struct Column {
    let dots: Double
    let end: Double
  }

  private static let radius = 4.5
  private static let rowHeight = 24.0
  private static let headHeight = 34.0
  private static let letterSize = 10.5
  /// Room between two columns, for lines to be told apart in.
  private static let gap = 70.0
  private static let widths = 1.0...6.0

  /// The names of the groups, from the left.
  public let groups: [String]
  /// The things; those of a group from the top.
  public let nodes: [Node]
  /// The lines, the later ones on top.
  public let edges: [Edge]
  private let columns: [Column]
  /// The height of each thing's dot.
  private let heights: [Double]

  /// Takes groups, things of these, and lines between two different things.
  public init(groups: [String], nodes: [Node], edges: [Edge]) {
    precondition(nodes.allSatisfy { groups.indices.contains($0.group) }, "things of the groups")
    precondition(
      edges.allSatisfy {
        nodes.indices.contains($0.first) && nodes.indices.contains($0.second) && $0.first != $0.second
      },
      "lines between two things")
    self.groups = groups
    self.nodes = nodes
    self.edges = edges
    let counts = groups.indices.map { group in nodes.count { $0.group == group } }
    var placed = counts.map { _ in 0 }
    let heights = nodes.map { node in
      defer { placed[node.group] += 1 }
      let above = Double((counts.max() ?? 0) - counts[node.group]) / 2 + Double(placed[node.group])
      return NetworkPlot.headHeight + (above + 0.5) * NetworkPlot.rowHeight
    }
    var columns: [Column] = []
    for (group, name) in groups.enumerated() {
      let words = nodes.filter { $0.group == group }.map { $0.name + "  " + $0.detail } + [name]
      let start = columns.last?.end ?? 0
      let dots = start + Lettering.widest(of: words, size: NetworkPlot.letterSize) + 14
      let within = edges.filter { nodes[$0.first].group == group && nodes[$0.second].group == group }
      let reach = within.map { NetworkPlot.reach(heights[$0.first], heights[$0.second]) }.max() ?? 0
      columns.append(Column(dots: dots, end: dots + reach + (group + 1 < groups.count ? Self.gap : 12)))
    }
    self.columns = columns
    self.heights = heights
  }

  /// How far a line between two things of a column bulges, by their heights.
  private static func reach(_ one: Double, _ other: Double) -> Double { 16 + abs(one - other) / 3 }

  /// The plot's width in pixels.
  public var width: Double { columns.last?.end ?? 0 }
  /// The plot's height in pixels.
  public var height: Double { (heights.max() ?? NetworkPlot.headHeight) + NetworkPlot.rowHeight / 2 }

  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    let heads = zip(groups, columns).map { name, column in
      Mark.text(
        name, x: column.dots - 10, y: 14, anchor: .end, size: NetworkPlot.letterSize, fill: .quiet, isBold: true)
    }
    return heads + edges.map(line) + zip(nodes, heights).flatMap { mark(of: $0, at: $1) }
  }

  // MARK: Marks

  /// A curve that leaves its ends level: from a dot to the words of a thing in a later column, or to another dot of the
  /// same column, with a bulge to the right.
  private func line(_ edge: Edge) -> Mark {
    let (first, second) = (nodes[edge.first].group, nodes[edge.second].group)
    let (left, right) = first <= second ? (edge.first, edge.second) : (edge.second, edge.first)
    let (from, to) = (columns[nodes[left].group], columns[nodes[right].group])
    let (start, end) = (heights[left], heights[right])
    let x = first == second ? to.dots : wordsStart(of: nodes[right]) - 2
    let reach = first == second ? NetworkPlot.reach(start, end) : (x - from.dots) / 2
    let turn = first == second ? x + reach : x - reach
    let steps =
      "M\(from.dots.svg) \(start.svg)C\((from.dots + reach).svg) \(start.svg) \(turn.svg) \(end.svg) "
      + "\(x.svg) \(end.svg)"
    let widths = NetworkPlot.widths
    let width = widths.lowerBound + min(max(edge.weight, 0), 1) * (widths.upperBound - widths.lowerBound)
    return Mark.path(steps, stroke: Paint(edge.paint.role, opacity: 0.75), width: width).tipped(edge.tip)
  }

  /// The words of a thing begin at this place.
  private func wordsStart(of node: Node) -> Double {
    columns[node.group].dots - 12 - Lettering.width(of: node.name + "  " + node.detail, size: NetworkPlot.letterSize)
  }

  /// A dot with its words at its left, on ground that keeps lines of others apart from them.
  private func mark(of node: Node, at height: Double) -> [Mark] {
    let (column, size) = (columns[node.group], NetworkPlot.letterSize)
    let detail = Lettering.width(of: "  " + node.detail, size: size)
    let (start, end) = (wordsStart(of: node), column.dots - 10)
    return [
      .rectangle(x: start, y: height - 8, width: end - start, height: 16, fill: Paint(.paper, opacity: 0.8)),
      .text(node.name, x: end - detail, y: height + 3.5, anchor: .end, size: size),
      .text(node.detail, x: end, y: height + 3.5, anchor: .end, size: size, fill: .quiet),
      .circle(x: column.dots, y: height, radius: NetworkPlot.radius, fill: .ink, stroke: .paper, tip: node.tip),
    ]
  }
}

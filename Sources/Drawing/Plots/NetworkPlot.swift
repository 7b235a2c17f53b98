/// Things in columns, one for each group, and lines between those that are joined.
public struct NetworkPlot: Sendable {
  /// One thing.
  public struct Node: Sendable {
    /// The group that it is of, counted from 0.
    public let group: Int
    /// Its name, which stands above it.
    public let name: String
    /// What stands above it below the name.
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

  private static let radius = 5.0
  private static let nodeHeight = 58.0
  private static let headHeight = 26.0
  /// Room between the names of two columns, for lines to be told apart in.
  private static let gap = 56.0
  private static let widths = 1.0...7.0

  /// The names of the groups, from the left.
  public let groups: [String]
  /// The things; those of a group from the top.
  public let nodes: [Node]
  /// The lines, the later ones on top.
  public let edges: [Edge]
  private let centres: [(x: Double, y: Double)]
  private let columnWidth: Double

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
    let words = Lettering.widest(of: nodes.flatMap { [$0.name, $0.detail] } + groups, size: 10.5)
    let columnWidth = words + NetworkPlot.gap
    let counts = groups.indices.map { group in nodes.count { $0.group == group } }
    let most = counts.max() ?? 0
    var placed = counts.map { _ in 0 }
    centres = nodes.map { node in
      defer { placed[node.group] += 1 }
      let above = Double(most - counts[node.group]) / 2 + Double(placed[node.group])
      return (
        x: (Double(node.group) + 0.5) * columnWidth,
        y: NetworkPlot.headHeight + (above + 1) * NetworkPlot.nodeHeight - 2 * NetworkPlot.radius
      )
    }
    self.columnWidth = columnWidth
  }

  /// The plot's width in pixels.
  public var width: Double { columnWidth * Double(groups.count) }
  /// The plot's height in pixels.
  public var height: Double {
    (centres.map(\.y).max() ?? NetworkPlot.headHeight) + 2 * NetworkPlot.radius
  }

  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    let heads = groups.enumerated().map { group, name in
      Mark.text(
        name, x: (Double(group) + 0.5) * columnWidth, y: 14, anchor: .middle, size: 11, fill: .quiet, isBold: true)
    }
    return heads + edges.map(line) + zip(nodes, centres).flatMap { mark(of: $0, x: $1.x, y: $1.y) }
  }

  // MARK: Marks

  /// A curve that leaves its ends level; within a column it bulges to the right, the more the further its ends are
  /// apart.
  private func line(_ edge: Edge) -> Mark {
    let ends = [centres[edge.first], centres[edge.second]].sorted { $0.x < $1.x }
    let (from, to) = (ends[0], ends[1])
    let isWithin = from.x == to.x
    let reach = isWithin ? min(columnWidth * 0.42, 18 + abs(to.y - from.y) / 4) : (to.x - from.x) / 2
    let turn = isWithin ? to.x + reach : to.x - reach
    let steps =
      "M\(from.x.svg) \(from.y.svg)C\((from.x + reach).svg) \(from.y.svg) \(turn.svg) \(to.y.svg) "
      + "\(to.x.svg) \(to.y.svg)"
    let widths = NetworkPlot.widths
    let width = widths.lowerBound + min(max(edge.weight, 0), 1) * (widths.upperBound - widths.lowerBound)
    return Mark.path(steps, stroke: Paint(edge.paint.role, opacity: 0.75), width: width).tipped(edge.tip)
  }

  /// A dot with its words above it, on ground that keeps lines apart from them.
  private func mark(of node: Node, x: Double, y: Double) -> [Mark] {
    let room = Lettering.widest(of: [node.name, node.detail], size: 10.5) + 4
    return [
      .rectangle(x: x - room / 2, y: y - 34, width: room, height: 26, fill: Paint(.paper, opacity: 0.8)),
      .text(node.name, x: x, y: y - 24, anchor: .middle, size: 10.5),
      .text(node.detail, x: x, y: y - 12, anchor: .middle, size: 9.5, fill: .quiet),
      .circle(x: x, y: y, radius: NetworkPlot.radius, fill: .ink, stroke: .paper, tip: node.tip),
    ]
  }
}

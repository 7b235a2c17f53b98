/// What was not screened: slanting lines on the ground of the paper, which cannot be taken for a shade of any value.
public enum Hatching {
  private static let step = 6.0
  /// Bounds the lines of one rectangle.
  private static let lineLimit = 4000.0

  /// A rectangle of slanting lines; those of neighbours meet. The tip shows when a pointer rests on it.
  public static func marks(x: Double, y: Double, width: Double, height: Double, tip: String? = nil) -> [Mark] {
    guard width > 0, height > 0 else { return [] }
    let step = max(step, (width + height) / lineLimit)
    var lines: [String] = []
    // Each line holds the places of one sum of x and y.
    for number in stride(from: ((x + y) / step).rounded(.up), through: (x + y + width + height) / step, by: 1) {
      let sum = number * step
      let (left, right) = (max(x, sum - y - height), min(x + width, sum - y))
      guard right - left > 0.1 else { continue }
      lines.append("M\(left.svg) \((sum - left).svg)L\(right.svg) \((sum - right).svg)")
    }
    return [
      .rectangle(x: x, y: y, width: width, height: height, fill: .paper, stroke: .faint, tip: tip),
      .path(lines.joined(), stroke: .hatch),
    ]
  }

  /// What is under a table of cells `[row][column]`, with its upper left corner at the origin: silent where there is a
  /// cell, hatched where there is none or a row ends before `columns`.
  public static func ground(under cells: [[Paint?]], columns: Int, cellWidth: Double, cellHeight: Double) -> [Mark] {
    let (width, height) = (Double(columns) * cellWidth, Double(cells.count) * cellHeight)
    guard cells.contains(where: { $0.count < columns || $0.contains { $0 == nil } }) else {
      return [.rectangle(x: 0, y: 0, width: width, height: height, fill: .silent)]
    }
    let silent = cells.map { $0.map { $0.map { _ in Paint.silent } } }
    return marks(x: 0, y: 0, width: width, height: height) + Mark.cells(silent, width: cellWidth, height: cellHeight)
  }
}

import HDF5
import Perturbations

// Rows of a results file that are known before their units are evaluated.
extension File {
  /// Writes where consecutive mutations from `position` on are and of which kinds, also in the group `results`, which
  /// has what was found of them. Collective on a shared file.
  func write(_ mutations: [Mutation], at position: Int, alsoIn results: String = "phenotype") throws {
    func put<Element: NumericElement>(_ name: String, _ values: [Element]) throws {
      try writeRows("mutation/\(name)", values, count: mutations.count, at: position)
    }
    let regions = mutations.map(\.region)
    let layers = regions.map { Int32($0.layer) }
    let matrices = regions.map { UInt8($0.matrix.index) }
    let kinds = mutations.map(\.kind.code)
    try put("layer", layers)
    try put("matrix", matrices)
    try put("row", regions.map { Int32($0.rows.lowerBound) })
    try put("column", regions.map { Int32($0.columns.lowerBound) })
    try put("rows", regions.map { Int32($0.rows.count) })
    try put("columns", regions.map { Int32($0.columns.count) })
    try put("kind", kinds)
    try writeRows("\(results)/layer", layers, count: layers.count, at: position)
    for name in ["mutation/matrix_name", "\(results)/matrix"] {
      try writeNames(name, of: matrices, .matrices, at: position)
    }
    for name in ["mutation/kind_name", "\(results)/kind"] { try writeNames(name, of: kinds, .kinds, at: position) }
  }

  /// Writes `count` consecutive rows from `position` on, `[rows] + widths`.
  func writeRows<Element: NumericElement>(
    _ name: String, _ values: [Element], count: Int, at position: Int, _ widths: [Int] = []
  ) throws {
    let extent = count == 0 ? widths.map { _ in 0 } : widths
    try dataset(name) {
      try $0.write(values, at: [position] + widths.map { _ in 0 }, count: [count] + extent)
    }
  }

  /// Writes the names of codes as characters.
  private func writeNames(_ name: String, of codes: [UInt8], _ names: CodeNames, at position: Int) throws {
    try dataset(name) {
      let names = names.fitting(width: $0.shape.last ?? 0)
      try $0.write(
        characters: names.characters(of: codes), at: [position, 0],
        count: codes.isEmpty ? [0, 0] : [codes.count, names.width])
    }
  }
}

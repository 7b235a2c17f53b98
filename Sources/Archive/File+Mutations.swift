import HDF5
import Mutagenesis

// Rows of a results file that are known before their units are evaluated.
extension File {
  /// Writes where consecutive mutations from `position` on are and of which kinds. Collective on a shared file.
  func write(_ mutations: [Mutation], at position: Int) throws {
    func put<Element: NumericElement>(_ name: String, _ values: [Element]) throws {
      try writeRows("mutation/\(name)", values, count: mutations.count, at: position)
    }
    let regions = mutations.map(\.region)
    try put("layer", regions.map { Int32($0.layer) })
    try writeCodes("matrix", regions.map { UInt8($0.matrix.index) }, .matrices, at: position)
    try put("row", regions.map { Int32($0.rows.lowerBound) })
    try put("column", regions.map { Int32($0.columns.lowerBound) })
    try put("rows", regions.map { Int32($0.rows.count) })
    try put("columns", regions.map { Int32($0.columns.count) })
    try writeCodes("kind", mutations.map(\.kind.code), .kinds, at: position)
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

  /// Writes codes and, beside them, their names.
  private func writeCodes(_ name: String, _ codes: [UInt8], _ names: CodeNames, at position: Int) throws {
    try writeRows("mutation/\(name)", codes, count: codes.count, at: position)
    try dataset("mutation/\(name)_name") {
      try $0.write(
        characters: names.characters(of: codes), at: [position, 0],
        count: codes.isEmpty ? [0, 0] : [codes.count, names.width])
    }
  }
}

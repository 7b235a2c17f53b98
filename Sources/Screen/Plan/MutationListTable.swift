import Basics
import Configuration
import Perturbations
import Transformer

/// A list of mutations as comma-separated values: a header that names the columns, in any order, then one mutation a
/// row.
struct MutationListTable {
  /// Longest table that is read: some ten million mutations.
  static let byteLimit = 1 << 28
  private static let names = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]
  /// Larger than any number that a model allows.
  private static let numberLimit = 1 << 24

  let path: String
  private let bytes: [UInt8]

  /// Takes the content of the file at `path`.
  init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The mutations of the table, which are of a model of this shape, each once.
  ///
  /// Throws a `TextFileError` that names the line.
  func list(for model: LlamaConfiguration) throws -> MutationList {
    var list = MutationList()
    try forEachLine { values, number in
      let (mutation, parameter) = try mutation(in: values, number)
      if let problem = model.problem(of: mutation.region) { throw refusal(number, problem) }
      if let parameter {
        let known = list.parameters[mutation.kind] ?? parameter
        guard known == parameter else {
          throw refusal(
            number,
            "\(values[6].quoted) follows \(list.parameters.spelling(of: mutation.kind).quoted); a screen has one "
              + "number for a kind, so make a list of each")
        }
        list.parameters[mutation.kind] = parameter
      }
      guard list.count < MutationList.limit else {
        throw refusal(number, "this is more than \(MutationList.limit) mutations; divide the list")
      }
      list.append(mutation)
    }
    guard list.count > 0 else { throw TextFileError.input(path, "the list holds no mutations; write one a line") }
    if let twice = list.sort() { try refuse(twice) }
    return list
  }

  /// Says in which lines a mutation is.
  private func refuse(_ twice: Mutation) throws -> Never {
    var first = 0
    try forEachLine { values, number in
      guard try mutation(in: values, number).mutation == twice else { return }
      if first > 0 { throw refusal(number, "this is the mutation of line \(first) again; keep one") }
      first = number
    }
    preconditionFailure("a mutation that is there twice")
  }

  // MARK: Lines

  /// Calls `body` with the values of every row but the header and those that are empty, in the order of
  /// `MutationListTable.names`, and with the number of its line.
  private func forEachLine(_ body: (_ values: [String], _ number: Int) throws -> Void) throws {
    var file = CSVFile(path: path, bytes: bytes)
    let header = try file.nextRow()?.fields ?? []
    let places = try places(in: header)
    while let row = try file.nextRow() {
      if row.fields == [""] { continue }
      guard row.fields.count == header.count else {
        throw refusal(row.line, "there are \(row.fields.count) values; write \(header.count), as the header has")
      }
      try body(places.map { row.fields[$0] }, row.line)
    }
  }

  /// Where each of the columns stands in the header. A column without a name, as R writes one for the names of rows, is
  /// none.
  private func places(in header: [String]) throws -> [Int] {
    let wanted = MutationListTable.names.joined(separator: ",")
    if let separator = [";": "semicolons", "\t": "tabs"].first(where: { header.first?.contains($0.key) == true }) {
      throw refusal(1, "values are separated by \(separator.value); save the table with commas between them")
    }
    if let unknown = header.first(where: { !$0.isEmpty && !MutationListTable.names.contains($0) }) {
      throw refusal(1, "the first line is not the header: \(unknown.quoted) is no column; write \(wanted)")
    }
    return try MutationListTable.names.map { name in
      guard let place = header.firstIndex(of: name), header.lastIndex(of: name) == place else {
        let problem = header.contains(name) ? "twice" : "missing"
        throw refusal(1, "the first line is not the header: \(name) is \(problem); write \(wanted)")
      }
      return place
    }
  }

  private func mutation(in values: [String], _ number: Int) throws -> (mutation: Mutation, parameter: Float?) {
    let names = MutationListTable.names
    func integer(_ place: Int, from least: Int) throws -> Int {
      let limit = MutationListTable.numberLimit
      guard values[place].isDecimal, let value = Int(values[place]), (least...limit).contains(value) else {
        throw refusal(
          number,
          "\(names[place]): \(values[place].quoted) does not fit; write a whole number from \(least) to \(limit)")
      }
      return value
    }
    guard let matrix = WeightMatrix(rawValue: values[1]) else {
      let all = WeightMatrix.allCases.map(\.rawValue).joined(separator: ", ")
      throw refusal(number, "matrix: \(values[1].quoted) is not a matrix; use one of \(all)")
    }
    let (row, column) = (try integer(2, from: 0), try integer(3, from: 0))
    let region = Region(
      layer: try integer(0, from: 0), matrix: matrix, rows: row..<row + (try integer(4, from: 1)),
      columns: column..<column + (try integer(5, from: 1)))
    do {
      let spelling = try KindSpelling(values[6])
      return (Mutation(region: region, kind: spelling.kind), spelling.parameter)
    } catch {
      throw refusal(number, "kind: \(error.sentence)")
    }
  }

  private func refusal(_ number: Int, _ problem: String) -> TextFileError {
    .input(path, line: number, problem)
  }
}

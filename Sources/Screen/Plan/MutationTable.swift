import Basics
import Configuration
import Perturbations
import Transformer

/// A table of mutations as comma-separated values: a header that names the columns, in any order, then rows of one
/// mutation or of several.
struct MutationTable {
  /// A mutation as a row names it, and the number of its kind; nil where that has none.
  struct Entry {
    let mutation: Mutation
    let parameter: Float?
  }

  /// Longest table that is read: some ten million mutations.
  static let byteLimit = 1 << 28
  private static let names = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]
  /// The column of exported tables that has the number of a kind; it need not be there.
  private static let value = "value"
  /// Larger than any number that a model allows.
  private static let numberLimit = 1 << 24

  let path: String
  private let bytes: [UInt8]
  /// What stands in front of the names of the columns of each mutation of a row.
  private let prefixes: [String]
  /// Whether the number of a kind may be in a column of its own.
  private let allowsValues: Bool

  /// Takes the content of the file at `path`, whose rows name a mutation for each of the prefixes.
  init(bytes: [UInt8], path: String, prefixes: [String] = [""], allowsValues: Bool = false) {
    self.bytes = bytes
    self.path = path
    self.prefixes = prefixes
    self.allowsValues = allowsValues
  }

  /// Calls `body` with the mutations of every row but the header and those that are empty, and with the number of its
  /// line; they are of a model of this shape.
  ///
  /// Throws a `TextFileError` that names the line.
  func forEachRow(of model: HostShape, _ body: (_ entries: [Entry], _ line: Int) throws -> Void) throws {
    var file = CSVFile(path: path, bytes: bytes)
    let header = try file.nextRow()?.fields ?? []
    let places = try places(in: header)
    while let row = try file.nextRow() {
      if row.fields == [""] { continue }
      guard row.fields.count == header.count else {
        throw refusal(row.line, "there are \(row.fields.count) values; write \(header.count), as the header has")
      }
      let entries = try zip(prefixes, places).map { prefix, places in
        let values = places.map { $0.map { row.fields[$0] } ?? "" }
        let entry = try entry(values, prefix: prefix, row.line)
        if let problem = model.problem(of: entry.mutation.region) { throw refusal(row.line, problem) }
        return entry
      }
      try body(entries, row.line)
    }
  }

  /// Notes the number of an entry's kind, which is the same for the whole table.
  func note(_ entry: Entry, in parameters: inout KindParameters, line: Int) throws {
    guard let parameter = entry.parameter else { return }
    let (kind, known) = (entry.mutation.kind, parameters[entry.mutation.kind] ?? parameter)
    guard known == parameter else {
      var other = KindParameters()
      other[kind] = parameter
      throw refusal(
        line,
        "\(other.spelling(of: kind).quoted) follows \(parameters.spelling(of: kind).quoted); a screen has one number "
          + "for a kind, so make a list of each")
    }
    parameters[kind] = parameter
  }

  /// The error of a line.
  func refusal(_ line: Int, _ problem: String) -> TextFileError { .input(path, line: line, problem) }

  // MARK: Columns

  /// Where the columns of each mutation stand in the header, the number of its kind last. A column without a name, as R
  /// writes one for the names of rows, is none.
  private func places(in header: [String]) throws -> [[Int?]] {
    let all = prefixes.flatMap { prefix in MutationTable.names.map { prefix + $0 } }
    let wanted = all.joined(separator: ",")
    if let separator = [";": "semicolons", "\t": "tabs"].first(where: { header.first?.contains($0.key) == true }) {
      throw refusal(1, "values are separated by \(separator.value); save the table with commas between them")
    }
    let optional = allowsValues ? prefixes.map { $0 + MutationTable.value } : []
    if let unknown = header.first(where: { !$0.isEmpty && !all.contains($0) && !optional.contains($0) }) {
      throw refusal(1, "the first line is not the header: \(unknown.quoted) is no column; write \(wanted)")
    }
    func place(of name: String) throws -> Int? {
      let place = header.firstIndex(of: name)
      guard header.lastIndex(of: name) == place, place != nil || optional.contains(name) else {
        let problem = header.contains(name) ? "twice" : "missing"
        throw refusal(1, "the first line is not the header: \(name) is \(problem); write \(wanted)")
      }
      return place
    }
    return try prefixes.map { prefix in
      let places = try MutationTable.names.map { try place(of: prefix + $0) }
      return places + (allowsValues ? [try place(of: prefix + MutationTable.value)] : [])
    }
  }

  private func entry(_ values: [String], prefix: String, _ line: Int) throws -> Entry {
    func integer(_ place: Int, from least: Int) throws -> Int {
      if least < 0, values[place] == "\(least)" { return least }
      let limit = MutationTable.numberLimit
      guard values[place].isDecimal, let value = Int(values[place]), (max(0, least)...limit).contains(value) else {
        throw refusal(
          line,
          "\(prefix)\(MutationTable.names[place]): \(values[place].quoted) does not fit; write a whole number from "
            + "\(least) to \(limit)")
      }
      return value
    }
    guard let matrix = WeightMatrix(rawValue: values[1]) else {
      let all = WeightMatrix.allCases.map(\.rawValue).joined(separator: ", ")
      throw refusal(line, "\(prefix)matrix: \(values[1].quoted) is not a matrix; use one of \(all)")
    }
    let (row, column) = (try integer(2, from: 0), try integer(3, from: 0))
    let region = Region(
      layer: try integer(0, from: matrix.isOuter ? Region.outside : 0), matrix: matrix,
      rows: row..<row + (try integer(4, from: 1)), columns: column..<column + (try integer(5, from: 1)))
    do {
      let spelling = try KindSpelling(MutationTable.kind(values))
      return Entry(mutation: Mutation(region: region, kind: spelling.kind), parameter: spelling.parameter)
    } catch {
      throw refusal(line, "\(prefix)kind: \(error.sentence)")
    }
  }

  /// The kind of a row with its number, which may stand in the column of values.
  private static func kind(_ values: [String]) -> String {
    guard values.count > names.count, let value = values.last, !value.isEmpty,
      Kind(rawValue: values[6])?.hasParameter == true
    else { return values[6] }
    return values[6] + ":" + value
  }
}

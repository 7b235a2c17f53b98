import Perturbations
import Transformer

/// One column of the table of text that a results file is exported as.
struct TableColumn {
  typealias Value = RowEncoder.Value

  /// Some consecutive mutations of a results file on all inputs, and what rows have in common.
  struct Slab {
    let mutations: ResultsFile.Mutations
    /// The columns of `TableColumn.phenotypes` and the tokens.
    let table: Phenotypes
    /// The row of the first of them in the file.
    let first: Int
    let common: Common
  }

  /// Texts as they stand in rows, by input, and those of tokens.
  struct Common {
    let ids: [[UInt8]]
    let tasks: [[UInt8]]
    let baselineTexts: [[UInt8]]
    let tokenTexts: TokenTexts
    /// The pairs of the file and the single mutations that they are of; nil where there are none.
    var pairs: (all: ResultsPairs, singles: ResultsFile.Mutations)?
  }

  let name: String
  let meaning: String
  /// Gives the values of a slab, by row of the slab and input.
  let values: (Slab) -> (_ row: Int, _ input: Int) -> Value

  init(_ name: String, _ meaning: String, _ values: @escaping (Slab) -> (_ row: Int, _ input: Int) -> Value) {
    self.name = name
    self.meaning = meaning
    self.values = values
  }

  // MARK: All columns

  /// The columns that are the same for all inputs of a mutation.
  static var ofMutations: [TableColumn] {
    [
      number("layer", "layer of the mutated matrix, 0 first, -1 of embedding and head", \.layer),
      TableColumn("matrix", "q, k, v, o, gate, up, down, embedding or head") { slab in
        { row, _ in .text(slab.mutations.matrix[row].rawValue) }
      },
      number("row", "first row of the region, in elements of the stored tensor", \.row),
      number("column", "first column of the region", \.column), number("rows", "rows of the region", \.rows),
      number("columns", "columns of the region", \.columns),
      TableColumn("kind", "what was done to the region, such as maximum") { slab in
        { row, _ in .text(slab.mutations.kind[row].rawValue) }
      },
      TableColumn("value", "what the region was set to") { slab in { row, _ in .number(slab.mutations.value[row]) } },
    ]
  }

  /// The columns of a screen of components, behind all others.
  static var ofComponents: [TableColumn] {
    [
      number("component", "component of the matrix that was changed alone, 0 first", \.component),
      TableColumn("singular_value", "size of that component") { slab in
        { row, _ in .number(slab.mutations.singularValue[row]) }
      },
    ]
  }

  /// The columns of a screen of pairs, behind all others: empty in the rows of single mutations.
  static var ofPairs: [TableColumn] {
    func second(_ column: TableColumn) -> TableColumn {
      TableColumn("second_" + column.name, "of a pair, for its second mutation: \(column.meaning)") { slab in
        guard let singles = slab.common.pairs?.singles else { return { _, _ in .nothing } }
        let values = column.values(Slab(mutations: singles, table: slab.table, first: 0, common: slab.common))
        return { row, input in
          let place = Int(slab.mutations.pairSecond[row])
          return place < 0 ? .nothing : values(place, input)
        }
      }
    }
    return ofMutations.map(second) + [
      TableColumn("interaction", "divergence of the pair less those of its mutations alone, in nats") { slab in
        guard let pairs = slab.common.pairs?.all else { return { _, _ in .nothing } }
        return { row, input in
          let pair = slab.first + row - pairs.singleCount
          return pair < 0 ? .nothing : .number(Float(pairs.interactions.interactions[pair][input]))
        }
      }
    ]
  }

  /// The columns behind them. Others rely on their places, so that columns of phenotypes which came later, and are
  /// recorded on request, stand last.
  static var ofVerdicts: [TableColumn] {
    let early = phenotypes.filter { !$0.isOnRequest }
    return [
      TableColumn("input", "id of the input") { slab in { _, input in .encoded(slab.common.ids[input]) } },
      TableColumn("task", "task of the input") { slab in { _, input in .encoded(slab.common.tasks[input]) } },
      TableColumn("silent", "1 if the continuation equals the baseline's, else 0") { slab in
        { row, input in .integer(slab.isSilent(row, input) ? 1 : 0) }
      },
    ] + early.map(TableColumn.init) + [
      TableColumn("text", "the mutant's own continuation, if it is not silent", texts),
      TableColumn("baseline_text", "the baseline's continuation") { slab in
        { _, input in .encoded(slab.common.baselineTexts[input]) }
      },
    ] + phenotypes.filter(\.isOnRequest).map(TableColumn.init)
  }

  /// The columns of phenotypes that are written: those with one value for a mutation and an input.
  static var phenotypes: [PhenotypeColumn] { Phenotypes.columns.filter { $0.axes == [.input] } }

  // MARK: Values

  private static func number(
    _ name: String, _ meaning: String, _ array: KeyPath<ResultsFile.Mutations, [Int32]>
  ) -> TableColumn {
    TableColumn(name, meaning) { slab in
      let numbers = slab.mutations[keyPath: array]
      return { row, _ in .integer(Int(numbers[row])) }
    }
  }

  /// The column of a phenotype, in which choices are letters.
  private init(_ column: PhenotypeColumn) {
    let areChoices = column.content == .choices
    self.init(
      column.name,
      areChoices ? "letter of the choice that scores best, where the input has choices" : column.meaning
    ) { slab in
      func values<Element>(_ elements: [Element], _ value: @escaping (Element) -> Value) -> (Int, Int) -> Value {
        let inputCount = slab.table.inputCount
        return elements.isEmpty
          ? { _, _ in .nothing } : { row, input in value(elements[row * inputCount + input]) }
      }
      return switch column.values {
      case .float32(let array, _): values(slab.table[keyPath: array]) { .number($0) }
      case .int32(let array, _): values(slab.table[keyPath: array]) { .integer(Int($0)) }
      case .int16(let array, _): values(slab.table[keyPath: array]) { .integer(Int($0)) }
      case .uint8(let array, _):
        values(slab.table[keyPath: array]) { areChoices ? TableColumn.letter($0) : .integer(Int($0)) }
      }
    }
  }

  private static func letter(_ choice: UInt8) -> Value {
    choice == LetterChoice.none ? .nothing : .text(LetterChoice.letter(of: Int(choice)))
  }

  private static func texts(_ slab: Slab) -> (Int, Int) -> Value {
    let (tokens, steps, inputCount) = (slab.table.tokens, slab.table.stepCount, slab.table.inputCount)
    guard !tokens.isEmpty else { return { _, _ in .nothing } }
    return { row, input in
      guard !slab.isSilent(row, input) else { return .nothing }
      let place = row * inputCount + input
      return .text(slab.common.tokenTexts.text(of: tokens[place * steps..<(place + 1) * steps]))
    }
  }
}

extension TableColumn.Slab {
  /// Whether a mutant says on an input what the baseline says.
  func isSilent(_ row: Int, _ input: Int) -> Bool { table.firstChange[row * table.inputCount + input] < 0 }
}

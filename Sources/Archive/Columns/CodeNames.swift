import Perturbations
import Transformer

/// What the codes of a dataset stand for: the value of each code and its name, a word of ASCII without spaces.
struct CodeNames {
  let values: [UInt8]
  let words: [String]

  init(values: [UInt8], words: [String]) {
    self.values = values
    self.words = words
  }

  static var matrices: CodeNames { CodeNames(WeightMatrix.ofBlocks) }

  /// The names of matrices of layers, and of those that are of none.
  static var allMatrices: CodeNames { CodeNames(WeightMatrix.allCases) }

  private init(_ matrices: [WeightMatrix]) {
    self.init(values: matrices.map { UInt8($0.index) }, words: matrices.map(\.rawValue))
  }

  /// All kinds but those that hold units.
  static var kindsOfWeights: CodeNames {
    CodeNames(values: Kind.ofWeights.map(\.code), words: Kind.ofWeights.map(\.rawValue))
  }

  static var kinds: CodeNames { CodeNames(values: Kind.allCases.map(\.code), words: Kind.allCases.map(\.rawValue)) }

  static let truths = CodeNames(values: [0, 1], words: ["no", "yes"])

  /// The attribute `flag_meanings` of the CF conventions.
  var meanings: String { words.joined(separator: " ") }

  /// These names, or those of all matrices, whose longest name is longer, where a dataset has room for them.
  func fitting(width: Int) -> CodeNames { width == CodeNames.allMatrices.width ? .allMatrices : self }

  /// Bytes of the longest name.
  var width: Int { words.map(\.utf8.count).max() ?? 0 }

  /// The name of each code as bytes `[codes, width]`, filled up with zero bytes; of nothing but these where a code
  /// stands for nothing.
  func characters(of codes: [UInt8]) -> [UInt8] {
    let none = [UInt8](repeating: 0, count: width)
    var table = [[UInt8]](repeating: none, count: 256)
    for (value, word) in zip(values, words) {
      table[Int(value)] = Array(word.utf8) + none.dropFirst(word.utf8.count)
    }
    return codes.flatMap { table[Int($0)] }
  }

  /// The name of a code; nil where it stands for nothing.
  func word(of code: UInt8) -> String? { values.firstIndex(of: code).map { words[$0] } }
}

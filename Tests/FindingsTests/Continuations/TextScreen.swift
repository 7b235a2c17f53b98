import Findings
import Perturbations
import TestSupport
import Texts

/// A screen whose mutants say what a test wants.
struct TextScreen {
  let texts: ScreenTexts
  let stepCount: Int
  private let numbers: [String: Int32]

  /// `said` are all the texts that mutants may say.
  init(_ inputs: [(task: String, prompt: String, baseline: String, answer: String)], said: [String]) {
    var numbers: [String: Int32] = [:]
    var pieces: [String] = []
    for piece in (inputs.map(\.baseline) + said).flatMap(TextScreen.pieces) where numbers[piece] == nil {
      numbers[piece] = Int32(pieces.count)
      pieces.append(piece)
    }
    let known = pieces
    self.numbers = numbers
    stepCount = (inputs.map(\.baseline) + said).map { TextScreen.pieces(of: $0).count }.max() ?? 1
    texts = ScreenTexts(
      inputs: inputs.enumerated().map { index, input in
        ScreenTexts.Input(
          id: "\(input.task)-\(index)", task: input.task, prompt: input.prompt,
          baseline: TextScreen.pieces(of: input.baseline).map { numbers[$0] ?? -1 }, answer: input.answer)
      },
      text: { tokens in tokens.map { known[Int($0)] }.joined() })
  }

  /// The tokens of a text, padded.
  func tokens(_ text: String) -> [Int32] {
    let tokens = TextScreen.pieces(of: text).map { numbers[$0] ?? -1 }
    return tokens + Array(repeating: -1, count: stepCount - tokens.count)
  }

  /// The phenotypes of mutants that say `says`, by number of the mutation and the input; nil: silent.
  func slab(_ mutations: [Mutation], says: (Int, Int) -> String?) -> TextTables.Slab {
    var firstChange: [Int16] = []
    var tokens: [Int32] = []
    for mutation in mutations.indices {
      for input in texts.inputs.indices {
        let text = says(mutation, input)
        firstChange.append(text == nil ? -1 : 0)
        tokens += text.map { self.tokens($0) } ?? Array(repeating: -1, count: stepCount)
      }
    }
    return TextTables.Slab(
      verdicts: VerdictSlab(
        mutations: mutations, inputCount: texts.inputs.count, firstChange: firstChange, divergence: nil),
      tokens: tokens)
  }

  func tables(_ mutations: [Mutation], says: (Int, Int) -> String?) -> TextTables {
    var tables = TextTables(texts, stepCount: stepCount)
    tables.add(slab(mutations, says: says))
    return tables
  }

  /// Every word that is in a prompt, a baseline or one of these texts.
  func known(_ said: [String] = []) -> KnownWords {
    var known = KnownWords()
    for (index, input) in texts.inputs.enumerated() {
      known.learn(input.prompt)
      known.learn(texts.baseline(input: index))
    }
    for text in said { known.learn(text) }
    return known
  }

  /// Words with the white space behind them.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var isBehindSpace = true
    for character in text {
      if isBehindSpace, !character.isWhitespace || pieces.isEmpty {
        pieces.append("")
        isBehindSpace = false
      }
      pieces[pieces.count - 1].append(character)
      isBehindSpace = isBehindSpace || character.isWhitespace
    }
    return pieces
  }
}

extension SeededNumbers {
  /// Numbers that have nothing in common with those of the next seed.
  init(_ seed: Int) { self.init(seed: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1) }
}

import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer
import Weights

/// Greedy choices through the quantized head are those of the whole head, bit for bit.
@Suite struct QuantizedHeadTests {
  static let isSupported = QuantizedHead.isSupported
  static let withoutSupport: Comment = "skipped: this processor does not multiply bytes"

  /// A llama2.c model of one small layer with that head `[vocabulary, hidden]`.
  private func model(head: [Float], hiddenSize: Int, folder: String) throws -> Model {
    let vocabulary = head.count / hiddenSize
    let header = [hiddenSize, 8, 1, 1, 1, vocabulary, 4].map(Int32.init)
    let norm = [Float](repeating: 1, count: hiddenSize)
    var random = SeededNumbers(seed: 1)
    let layer = random.bellShaped(4 * hiddenSize * hiddenSize) + norm + random.bellShaped(3 * 8 * hiddenSize)
    let tables = [Float](repeating: 0, count: 4 * hiddenSize)
    var data = header.withUnsafeBytes { Data($0) }
    for floats in [head, norm, layer, norm, tables] { floats.withUnsafeBytes { data.append(contentsOf: $0) } }
    let path = folder + "/\(UUID().uuidString).bin"
    try data.write(to: URL(fileURLWithPath: path))
    return try Model.load(path: path)
  }

  private func matrix(_ rows: [[Float]]) -> Matrix {
    let matrix = Matrix(rows: rows.count, columns: rows[0].count)
    for (index, row) in rows.enumerated() { matrix.view.row(index).update(from: row, count: row.count) }
    return matrix
  }

  /// Bits, so that NaN equals itself.
  private func bits(_ choices: [Sampling.Choice]) -> [[UInt32]] {
    choices.map { [UInt32(bitPattern: $0.token), $0.margin.bitPattern] }
  }

  /// Checks the choices of `states` and returns them, and how many states needed the whole head.
  @discardableResult private func check(
    _ states: [[Float]], head: [Float], threads: Int = 1
  ) throws -> (choices: [Sampling.Choice], whole: Int) {
    try Places.withTemporaryFolder { folder in
      let model = try model(head: head, hiddenSize: states[0].count, folder: folder)
      let vocabulary = model.shape.vocabularyCount
      let states = matrix(states).view.reading
      let logits = Matrix(rows: 5, columns: vocabulary)
      let plain = ForwardPass(model: model, positionCount: 4, quantizingHead: false)
      let pass = ForwardPass(model: model, positionCount: 4, threads: threads, quantizingHead: true)
      #expect(!plain.quantizesHead && pass.quantizesHead)
      let all = Matrix(rows: states.rows, columns: vocabulary)
      plain.logits(ofNormed: states, into: all.view)
      let expected = (0..<states.rows).map {
        Sampling.greedy.choose(all.view.row($0), noise: nil, vocabularyCount: vocabulary)
      }
      #expect(bits(plain.greedyChoices(ofNormed: states, logits: logits)) == bits(expected))
      let choices = pass.greedyChoices(ofNormed: states, logits: logits)
      #expect(bits(choices) == bits(expected))
      var whole = 0
      let quantized = try #require(QuantizedHead(head: model.head, threads: threads))
      quantized.findCandidates(states, isFine: true) { _, candidates in whole += candidates == nil ? 1 : 0 }
      // Only what is computed in full is counted.
      if whole == 0 { #expect(pass.operations.done.head < 0.2 * plain.operations.done.head) }
      return (choices, whole)
    }
  }

  // MARK: Heads

  @Test(.enabled(if: isSupported, withoutSupport), arguments: [(1000, 64), (8000, 288), (32000, 100), (20001, 130)])
  func randomHeads(vocabulary: Int, hiddenSize: Int) throws {
    var random = SeededNumbers(seed: UInt64(vocabulary))
    let head = random.bellShaped(vocabulary * hiddenSize)
    let states = (0..<67).map { _ in random.bellShaped(hiddenSize) }
    let found = try check(states, head: head)
    #expect(Set(found.choices.map(\.token)).count > 30)
    if vocabulary > 1000 { #expect(found.whole < 7) }
  }

  /// Rows of very different lengths, with a few components that are much larger than the others, and states that point
  /// at a token and have such components too: so trained models look.
  @Test(.enabled(if: isSupported, withoutSupport)) func heavyTails() throws {
    let (vocabulary, hiddenSize) = (12000, 128)
    var random = SeededNumbers(seed: 5)
    let head = (0..<vocabulary).flatMap { _ -> [Float] in
      let length = exp(random.bellShaped())
      return (0..<hiddenSize).map { random.bellShaped() * length * ($0 % 41 == 0 ? 6 : 1) }
    }
    let states = (0..<50).map { index -> [Float] in
      let token = Int(random.next() % UInt64(vocabulary))
      return (0..<hiddenSize).map {
        random.bellShaped() * ($0 % 53 == 7 ? 12 : 1) + head[token * hiddenSize + $0] * Float(index % 4)
      }
    }
    let found = try check(states, head: head)
    #expect(found.whole < 25)
  }

  /// A few components of all states are much larger than the others, and of little weight in the head: bytes leave too
  /// much of the rest open, which a second look decides.
  @Test(.enabled(if: isSupported, withoutSupport)) func statesOfFewLargeComponents() throws {
    let (vocabulary, hiddenSize) = (9000, 160)
    var random = SeededNumbers(seed: 12)
    let head = (0..<vocabulary * hiddenSize).map { random.bellShaped() * ($0 % 80 == 3 ? 0.01 : 1) }
    let states = (0..<30).map { _ in
      (0..<hiddenSize).map { random.bellShaped() * ($0 % 80 == 3 ? 40 : 1) }
    }
    let found = try check(states, head: head)
    #expect(found.whole < 5)
    try Places.withTemporaryFolder { folder in
      let model = try model(head: head, hiddenSize: hiddenSize, folder: folder)
      let quantized = try #require(QuantizedHead(head: model.head))
      var open = 0
      quantized.findCandidates(matrix(states).view.reading) { _, candidates in open += candidates == nil ? 1 : 0 }
      #expect(open > 10)
    }
  }

  @Test(.enabled(if: isSupported, withoutSupport)) func tiesGoToTheSmallestToken() throws {
    let (vocabulary, hiddenSize) = (3000, 72)
    var random = SeededNumbers(seed: 6)
    var head = random.bellShaped(vocabulary * hiddenSize)
    func copy(_ source: Int, to target: Int) {
      for component in 0..<hiddenSize {
        head[target * hiddenSize + component] = head[source * hiddenSize + component]
      }
    }
    copy(2000, to: 17)
    copy(2000, to: 2999)
    copy(40, to: 1111)
    let states = [2000, 17, 1111, 40].map { token in head[token * hiddenSize..<(token + 1) * hiddenSize].map { $0 } }
    let found = try check(states, head: head)
    #expect(found.choices.map(\.token) == [17, 17, 40, 40] && found.choices.allSatisfy { $0.margin == 0 })
    #expect(found.whole == 0)
    // More ties than there may be candidates.
    for target in 100..<1000 { copy(2000, to: target) }
    let many = try check(states, head: head)
    #expect(many.choices.map(\.token) == [17, 17, 40, 40] && many.whole == 2)
  }

  @Test(.enabled(if: isSupported, withoutSupport)) func tokensThatDifferInTheLastBit() throws {
    let (vocabulary, hiddenSize) = (5000, 96)
    var random = SeededNumbers(seed: 7)
    var head = random.bellShaped(vocabulary * hiddenSize)
    var states: [[Float]] = []
    for token in 0..<30 {
      let row = (0..<hiddenSize).map { head[token * hiddenSize + $0] }
      let changed = Int(random.next() % UInt64(hiddenSize))
      let other = (token * 131 + 400) % vocabulary
      for component in 0..<hiddenSize {
        let value = row[component]
        // One component, or all that are positive.
        let isChanged = token % 2 == 0 ? component == changed : value > 0
        head[other * hiddenSize + component] = isChanged ? value.nextUp : value
      }
      states.append(row)
    }
    let found = try check(states, head: head)
    #expect(found.choices.contains { $0.margin > 0 } && found.choices.allSatisfy { $0.margin < 1e-3 })
  }

  @Test(.enabled(if: isSupported, withoutSupport)) func statesThatAreNoNumbersOrNothing() throws {
    let (vocabulary, hiddenSize) = (2000, 64)
    var random = SeededNumbers(seed: 8)
    let head = random.bellShaped(vocabulary * hiddenSize)
    var states = (0..<12).map { _ in random.bellShaped(hiddenSize) }
    states[1][3] = .nan
    states[4][0] = .infinity
    states[5] = [Float](repeating: 0, count: hiddenSize)
    states[7] = states[7].map { $0 * 1e38 }
    states[8] = states[8].map { $0 * 1e-30 }
    states[11][63] = -.infinity
    let found = try check(states, head: head)
    #expect([1, 4, 11].allSatisfy { found.choices[$0].margin.isNaN } && found.choices[5].margin == 0)
    #expect(found.whole >= 6)
  }

  @Test(.enabled(if: isSupported, withoutSupport)) func anyNumberOfRowsAndThreads() throws {
    let (vocabulary, hiddenSize) = (4000, 40)
    var random = SeededNumbers(seed: 9)
    let head = random.bellShaped(vocabulary * hiddenSize)
    let states = (0..<900).map { _ in random.bellShaped(hiddenSize) }
    let all = try check(states, head: head).choices
    for (rows, threads) in [(1, 1), (13, 2), (385, 1), (150, 3), (900, 2)] {
      #expect(try check(Array(states[..<rows]), head: head, threads: threads).choices == Array(all[..<rows]))
    }
  }

  // MARK: No quantized head

  @Test func withoutTheInstructionsOrWithoutFiniteWeights() throws {
    var random = SeededNumbers(seed: 10)
    var head = random.bellShaped(500 * 32)
    try Places.withTemporaryFolder { folder in
      let sound = try model(head: head, hiddenSize: 32, folder: folder)
      #expect(QuantizedHead(head: sound.head, isSupported: false) == nil)
      #expect((QuantizedHead(head: sound.head) != nil) == Self.isSupported)
      for value in [Float.nan, .infinity] {
        head[499 * 32 + 31] = value
        let broken = try model(head: head, hiddenSize: 32, folder: folder)
        #expect(QuantizedHead(head: broken.head) == nil)
        let pass = ForwardPass(model: broken, positionCount: 4, quantizingHead: true)
        #expect(!pass.quantizesHead)
        let states = matrix([random.bellShaped(32)]).view.reading
        #expect(pass.greedyChoices(ofNormed: states, logits: Matrix(rows: 1, columns: 500))[0].margin.isNaN)
      }
    }
  }

  @Test(.enabled(if: isSupported, withoutSupport)) func theShapeDecides() throws {
    var random = SeededNumbers(seed: 11)
    try Places.withTemporaryFolder { folder in
      // The layer is 33 thousand elements.
      for (vocabulary, isQuantized) in [(50, false), (2000, false), (5000, true)] {
        let model = try model(head: random.bellShaped(vocabulary * 64), hiddenSize: 64, folder: folder)
        #expect(ForwardPass(model: model, positionCount: 4).quantizesHead == isQuantized)
      }
    }
    // A small head of a deep model.
    #expect(!ForwardPass(model: try Demo().model, positionCount: 4).quantizesHead)
  }

  // MARK: Continuations

  @Test func continuationsAreTheSame() throws {
    let demo = try Demo()
    let inputs = demo.inputs.prefix(20)
    let longest = inputs.map(\.prompt.count).max() ?? 0
    func continuations(_ quantizing: Bool, _ sampling: Sampling) -> [Generation.Result] {
      let pass = ForwardPass(model: demo.model, positionCount: longest + 32, quantizingHead: quantizing)
      #expect(pass.quantizesHead == (quantizing && Self.isSupported))
      return Generation(pass: pass, sampling: sampling, stepCount: 32, endTokens: [])
        .continuations(of: inputs.map(\.prompt), inputs: Array(inputs.indices))
    }
    let greedy = continuations(false, .greedy)
    #expect(greedy.map(\.tokens) == inputs.map(\.continuation))
    #expect(continuations(true, .greedy) == greedy)
    let sampling = Sampling(temperature: 0.9, seed: 4)
    #expect(continuations(true, sampling) == continuations(false, sampling))
  }

  @Test(arguments: ["llama3-rope", "llama-untied", "mistral-window"])
  func headsOfHalves(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
    let model = try Model.load(path: folder)
    #expect(model.head.weight.tensor.format != .float32)
    let prompts: [[Int32]] = [[1, 2, 3], [4], [5, 6, 7, 8, 9]]
    func continuations(_ quantizing: Bool) -> [Generation.Result] {
      let pass = ForwardPass(model: model, positionCount: 40, quantizingHead: quantizing)
      return Generation(pass: pass, sampling: .greedy, stepCount: 30, endTokens: [])
        .continuations(of: prompts, inputs: [0, 1, 2])
    }
    #expect(continuations(true) == continuations(false))
  }
}

extension SeededNumbers {
  /// A number from a bell-shaped distribution of variance 1.
  fileprivate mutating func bellShaped() -> Float {
    (0..<3).reduce(Float(0)) { sum, _ in sum + float() }
  }

  fileprivate mutating func bellShaped(_ count: Int) -> [Float] { (0..<count).map { _ in bellShaped() } }
}

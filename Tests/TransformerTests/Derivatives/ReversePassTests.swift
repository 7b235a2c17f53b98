import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Gradients of a whole model.
@Suite struct ReversePassTests {
  /// The mean loss of the next token, differentiated at the logits and pulled back.
  static func pullBackLoss(
    _ sequences: [[Int32]], _ reverse: ReversePass, hook: (any Hook)? = nil,
    gradientHook: (any DerivativeHook)? = nil
  ) -> (loss: Double, gradient: MatrixView) {
    let tape = reverse.tape
    tape.run(sequences, hook: hook)
    let predicted = Float(sequences.reduce(0) { $0 + $1.count - 1 })
    let logits = Matrix(rows: tape.rows.count, columns: tape.pass.shape.vocabularyCount)
    tape.logits(ofScored: 0..<tape.rows.count, into: logits.view)
    let loss = CrossEntropy.differentiate(
      logits.view, targets: sequences.flatMap { $0.dropFirst() + [0] },
      weights: sequences.flatMap { Array(repeating: 1 / predicted, count: $0.count - 1) + [0] })
    reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<tape.rows.count)
    return (loss, reverse.run(hook: gradientHook))
  }

  /// Reads gradients at some places of every layer.
  private final class Reader: DerivativeHook {
    /// The places of each layer; one set for all of them where there is but one.
    let places: [Set<Place>]
    var seen: [Int: [Place: [Double]]] = [:]
    var inputs: [Int: [Place: [Double]]] = [:]

    init(_ places: [Set<Place>]) { self.places = places }

    func places(ofLayer layer: Int) -> Set<Place> { places.count == 1 ? places[0] : places[layer] }

    func visit(_ visit: DerivativeVisit) {
      seen[visit.layer, default: [:]][visit.place] = visit.derivative.reading.doubles
      inputs[visit.layer, default: [:]][visit.place] = visit.input?.doubles
    }
  }

  /// At every value of every block: the derivative along the gradient itself, and along a random direction.
  @Test(arguments: DerivativeVariant.all) func equalCentralDifferencesAtEveryPlace(_ variant: DerivativeVariant) throws
  {
    let model = try variant.load()
    let sequences = variant.sequences(model)
    let reference = DoubleReference(model)
    let layers = model.shape.blocks.map { block in [block.entering] + block.steps.indices.map(block.output) }
    let reader = Reader(layers.map { Set($0.map { .value($0) }) })
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    let result = ReversePassTests.pullBackLoss(sequences, ReversePass(tape), gradientHook: reader)
    #expect(abs(result.loss - reference.loss(sequences)) < 1e-6)
    #expect(result.gradient.doubles == reader.seen[0]?[.value(.entering)])
    var random = SeededNumbers(seed: 5)
    for layer in 0..<model.shape.layerCount {
      for value in layers[layer] {
        let gradient = try #require(reader.seen[layer]?[.value(value)])
        let length = gradient.length
        let noise = gradient.map { _ in random.normal() }
        for direction in [gradient.map { $0 / length }, noise.map { $0 / noise.length }] {
          let exact = Central.derivative { change in
            reference.loss(sequences) { at, place, numbers in
              guard at == layer, place == .value(value) else { return }
              for index in numbers.indices { numbers[index] += change * direction[index] }
            }
          }
          #expect(abs(gradient.dot(direction) - exact) < 5e-6 * length, "layer \(layer) \(value)")
        }
      }
    }
  }

  @Test func sitesAndProductsShowWhatTheValuesThereDo() throws {
    let demo = try Demo()
    let sequences = [demo.inputs[0].prompt, demo.inputs[9].prompt]
    let products = demo.model.shape.matrices.map { Place.product($0) }
    let reader = Reader([Set(products + Site.allCases.map { .site($0) })])
    let rows = sequences.map(\.count).reduce(0, +)
    let pass = ForwardPass(model: demo.model, positionCount: rows)
    let tape = ForwardTape(pass: pass, capacity: rows)
    let result = ReversePassTests.pullBackLoss(sequences, ReversePass(tape), gradientHook: reader)
    for layer in demo.model.layers.indices {
      let seen = try #require(reader.seen[layer])
      #expect(seen[.product(.o)] == seen[.site(.residualMiddle)])
      #expect(seen[.product(.down)] == seen[.site(.residualAfter)])
      if layer > 0 { #expect(seen[.site(.residualBefore)] == reader.seen[layer - 1]?[.site(.residualAfter)]) }
      for matrix in demo.model.shape.matrices {
        let size = demo.model.shape.shape(of: matrix)
        #expect(seen[.product(matrix)]?.count == rows * size.rows)
        #expect(reader.inputs[layer]?[.product(matrix)]?.count == rows * size.columns)
      }
    }
    #expect(reader.seen[0]?[.site(.residualBefore)] == result.gradient.doubles)
  }

  // MARK: Edits and loss terms

  /// Adds a vector to every row at res_mid of one layer.
  private struct Injection: Hook {
    let layer: Int
    let vector: [Float]

    func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(.residualMiddle)] : [] }

    func visit(_ visit: Visit) {
      for row in 0..<visit.values.rows {
        for column in 0..<visit.values.columns { visit.values[row, column] += vector[column] }
      }
    }
  }

  /// All layers are kept, or two, or one, and the others are run again: with the edit, and with the same bits.
  @Test func whatIsKeptOfLayersChangesNoBit() throws {
    let demo = try Demo()
    let (shape, sequences) = (demo.model.shape, [demo.inputs[0].prompt, demo.inputs[9].prompt])
    let rows = sequences.map(\.count).reduce(0, +)
    var random = SeededNumbers(seed: 7)
    let injection = Injection(layer: 1, vector: random.floats(shape.hiddenSize, scale: 2))
    let bytes = LayerValues.bytesPerRow(shape: shape)
    let capacities = [rows, (48 << 20) / bytes, (100 << 20) / bytes]
    #expect(capacities.map { ForwardTape.keptLayers(shape: shape, capacity: $0) } == [4, 2, 1])
    let gradients = capacities.map { capacity in
      let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: rows), capacity: capacity)
      let reverse = ReversePass(tape)
      return (0..<2).map { _ in
        ReversePassTests.pullBackLoss(sequences, reverse, hook: injection).gradient.doubles
      }
    }
    #expect(gradients[0][0].contains { $0 != 0 })
    for pair in gradients { #expect(pair == gradients[0]) }
  }

  /// The gradient at res_mid is that of what is added there, and the edit is there when the layer is run again.
  @Test func anInjectedEditHasItsGradient() throws {
    let variant = DerivativeVariant(name: "mistral-window")
    let model = try variant.load()
    let sequences = variant.sequences(model)
    let hidden = model.shape.hiddenSize
    var random = SeededNumbers(seed: 6)
    let injection = Injection(layer: 0, vector: random.floats(hidden, scale: 2))
    let reader = Reader([[.site(.residualMiddle)]])
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    let result = ReversePassTests.pullBackLoss(sequences, ReversePass(tape), hook: injection, gradientHook: reader)
    let reference = DoubleReference(model)
    let middle = Place.value(try #require(model.shape.blocks[0].value(at: .residualMiddle)))
    func loss(_ vector: [Double]) -> Double {
      reference.loss(sequences) { layer, place, numbers in
        guard layer == 0, place == middle else { return }
        for index in numbers.indices { numbers[index] += vector[index % hidden] }
      }
    }
    let vector = injection.vector.map(Double.init)
    #expect(abs(result.loss - loss(vector)) < 1e-6)
    let gradient = try #require(reader.seen[0]?[.site(.residualMiddle)])
    let sums = (0..<hidden).map { column in
      stride(from: column, to: gradient.count, by: hidden).reduce(0) { $0 + gradient[$1] }
    }
    let exact = (0..<hidden).map { column in
      Central.derivative { change in
        var changed = vector
        changed[column] += change
        return loss(changed)
      }
    }
    #expect(sums.error(from: exact) < 1e-5)
  }

  /// Adds the gradient of half the square of what is at attention's output.
  private struct Square: DerivativeHook {
    func places(ofLayer layer: Int) -> Set<Place> { layer == 1 ? [.site(.attentionOutput)] : [] }

    func visit(_ visit: DerivativeVisit) {
      for row in 0..<visit.values.rows {
        for column in 0..<visit.values.columns { visit.derivative[row, column] += visit.values[row, column] }
      }
    }
  }

  /// A loss term of a hook alone reaches the residual stream, though nothing is given behind it.
  @Test func aHookMayHaveALossOfItsOwn() throws {
    let variant = DerivativeVariant(name: "linear-rope")
    let model = try variant.load()
    let sequences = variant.sequences(model)
    let reference = DoubleReference(model)
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    tape.run(sequences)
    let gradient = ReversePass(tape).run(hook: Square()).doubles
    let attended = Place.value(try #require(model.shape.blocks[1].value(at: .attentionOutput)))
    var random = SeededNumbers(seed: 7)
    let direction = gradient.map { _ in random.normal() }
    let exact = Central.derivative(step: 1e-4) { change in
      var half = 0.0
      _ = reference.loss(sequences) { layer, place, numbers in
        if layer == 0, place == .value(reference.shape.blocks[0].entering) {
          for index in numbers.indices { numbers[index] += change * direction[index] }
        }
        if layer == 1, place == attended { half = numbers.dot(numbers) / 2 }
      }
      return half
    }
    #expect(abs(gradient.dot(direction) - exact) < 5e-6 * gradient.length * direction.length)
    #expect(gradient.length > 0)
  }

  // MARK: Where gradients start

  @Test func gradientsMayStartAnywhereAndAddUp() throws {
    let demo = try Demo()
    let tokens = demo.inputs[4].prompt
    let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: 200), capacity: tokens.count)
    tape.run([tokens], firstScored: [3])
    let scored = tape.rows.scored.count
    #expect(scored == tokens.count - 3)
    let reverse = ReversePass(tape)
    var random = SeededNumbers(seed: 8)
    func numbers(_ rows: Int, _ columns: Int) -> Matrix {
      let matrix = Matrix(rows: rows, columns: columns)
      matrix.view.fill(random.floats(rows * columns))
      return matrix
    }
    let hidden = demo.model.shape.hiddenSize
    let (logits, normed) = (numbers(scored, demo.model.shape.vocabularyCount), numbers(scored, hidden))
    let streams = [1, 4].map { ($0, numbers(tokens.count, hidden)) }
    let parts: [(ReversePass) -> Void] = [
      { $0.addGradient(atLogits: logits.view.reading, ofScored: 0..<scored) },
      { $0.addGradient(atNormed: normed.view.reading, ofScored: 0..<scored) },
      { $0.addGradient(atStream: streams[0].0, streams[0].1.view.reading) },
      { $0.addGradient(atStream: streams[1].0, streams[1].1.view.reading) },
    ]
    let alone = parts.map { part -> [Double] in
      part(reverse)
      return reverse.run().doubles
    }
    for part in parts { part(reverse) }
    let together = reverse.run().doubles
    let sum = together.indices.map { place in alone.reduce(0) { $0 + $1[place] } }
    #expect(together.error(from: sum) < 1e-5 && alone.allSatisfy { $0.length > 0 })
    // A gradient at a stream is that stream's own where nothing lies between; logits in two pieces are as one.
    reverse.addGradient(atStream: 4, streams[1].1.view.reading)
    #expect(reverse.run(downTo: 4).doubles == streams[1].1.view.reading.doubles)
    reverse.addGradient(atLogits: logits[rows: 5..<scored].reading, ofScored: 5..<scored)
    reverse.addGradient(atLogits: logits[rows: 0..<5].reading, ofScored: 0..<5)
    #expect(reverse.run().doubles == alone[0])
    #expect(reverse.run().doubles.allSatisfy { $0 == 0 })
  }

  // MARK: Bits

  @Test func bitsDependNeitherOnThreadsNorOnOtherSequences() throws {
    let demo = try Demo()
    let sequences = (0..<12).map { demo.inputs[$0].prompt + demo.inputs[$0].continuation.prefix($0) }
    let rows = sequences.map(\.count).reduce(0, +)
    #expect(rows > 300)
    func gradient(_ sequences: [[Int32]], threads: Int) -> [[Float]] {
      let rows = sequences.map(\.count).reduce(0, +)
      let pass = ForwardPass(model: demo.model, positionCount: 200, threads: threads)
      let tape = ForwardTape(pass: pass, capacity: rows)
      tape.run(sequences)
      let logits = Matrix(rows: rows, columns: demo.model.shape.vocabularyCount)
      tape.logits(ofScored: 0..<rows, into: logits.view)
      _ = CrossEntropy.differentiate(
        logits.view, targets: sequences.flatMap { $0.dropFirst() + [0] }, weights: Array(repeating: 1, count: rows))
      let reverse = ReversePass(tape)
      reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<rows)
      let all = reverse.run()
      return tape.rows.ranges.map { all[rows: $0].floats }
    }
    let one = gradient(sequences, threads: 1)
    #expect(gradient(sequences, threads: 2) == one)
    #expect(gradient(sequences, threads: 3) == one)
    for index in [0, 5, 11] { #expect(gradient([sequences[index]], threads: 1)[0] == one[index]) }
    #expect(gradient(sequences.reversed(), threads: 2) == one.reversed())
  }
}

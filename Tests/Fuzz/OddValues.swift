import Archive
import Perturbations
import Transformer

/// What is done to the values of a variable, of whatever type.
enum ValueChange {
  /// That many of them are odd, by turns.
  case all(Int)
  /// The one at a place, counted around.
  case one(Int)
  /// The values at these places; odd ones where there are none.
  case taken([Int])

  fileprivate func apply<Value>(_ values: [Value], odd: () -> Value) -> [Value] {
    switch self {
    case .all(let count):
      let some = (0..<count).map { _ in odd() }
      return values.indices.map { some[$0 % count] }
    case .one(let place):
      guard !values.isEmpty else { return values }
      var values = values
      values[place % values.count] = odd()
      return values
    case .taken(let places):
      let other = odd()
      return places.map { values.indices.contains($0) ? values[$0] : values.first ?? other }
    }
  }
}

extension AnalysisGroup.Values {
  func changed(_ change: ValueChange, _ script: inout Script) -> Self {
    switch self {
    case .counts(let values): .counts(change.apply(values) { script.oddCount() })
    case .numbers(let values): .numbers(change.apply(values) { script.oddNumber() })
    case .matrices(let values): .matrices(change.apply(values) { script.choose(WeightMatrix.self) })
    case .kinds(let values): .kinds(change.apply(values) { script.choose(Kind.self) })
    case .truths(let values): .truths(change.apply(values) { script.flag() })
    case .bytes(let values): .bytes(change.apply(values) { script.next() })
    case .texts(let values): .texts(change.apply(values) { script.oddText() })
    }
  }

  /// Makes `count` odd values of some type.
  static func odd(_ count: Int, _ script: inout Script) -> Self {
    let types: [Self] = [
      .numbers(Array(repeating: 0, count: count)), .counts(Array(repeating: 0, count: count)),
      .matrices(Array(repeating: .q, count: count)), .kinds(Array(repeating: .zero, count: count)),
      .truths(Array(repeating: false, count: count)), .bytes(Array(repeating: 0, count: count)),
      .texts(Array(repeating: "", count: count)),
    ]
    return script.choose(from: types).changed(.all(script.next(below: 4) + 1), &script)
  }
}

extension Script {
  mutating func choose<Choice>(from choices: [Choice]) -> Choice { choices[next(below: choices.count)] }

  /// A number below 65,536.
  mutating func wide() -> Int { 256 * Int(next()) + Int(next()) }

  mutating func oddNumber() -> Double {
    choose(from: [
      0, .nan, .infinity, -.infinity, -1, -0.0, 1, 0.5, 2, 255.5, .leastNonzeroMagnitude, 1e-200, 1e15, 1e19, -1e19,
      1e200, -1e300,
      .greatestFiniteMagnitude,
    ])
  }

  mutating func oddCount() -> Int {
    choose(from: [
      0, -1, 1, 2, 3, 7, 24, 255, 256, 4096, 1 << 31, 1 << 40, -1 << 40, 1 << 53, 1 << 62, .max, .min, .max - 1,
    ])
  }

  /// Chooses an odd text; none has zero bytes, which no writer writes.
  mutating func oddText() -> String {
    choose(from: [
      "", "a", "\n", "a\r\nb", "<>&\"'", "\u{202E}x", "e\u{301}", "\u{7}", "\u{2028}", "\u{FFFE}", "{{{data}}}", "phi",
      "geometry", "all", "cosine", String(repeating: "long ", count: 200), "🦙",
      String(decoding: bytes(4).map { max($0, 1) }, as: UTF8.self),
    ])
  }
}

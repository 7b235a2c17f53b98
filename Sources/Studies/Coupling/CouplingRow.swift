/// One Jacobian read in the bases of all Jacobians of its series, and in random ones.
struct CouplingRow {
  /// m_K in the bases U_j, V_j, `[other][width]`.
  let direct: [[BlockCoupling]]
  /// m_K with U_j and V_j exchanged.
  let exchanged: [[BlockCoupling]]
  /// The mean m_K in random bases, `[width]`.
  let null: [Double]

  init(direct: [[BlockCoupling]], exchanged: [[BlockCoupling]], null: [Double]) {
    self.direct = direct
    self.exchanged = exchanged
    self.null = null
  }

  static func numberCount(count: Int, widths: Int) -> Int { 4 * count * widths + widths }

  var numbers: [Double] {
    (direct + exchanged).flatMap { $0.flatMap { [$0.norm, $0.trace] } } + null
  }

  /// Takes the numbers of a piece.
  init(_ numbers: [Double], count: Int, widths: Int) {
    precondition(numbers.count == CouplingRow.numberCount(count: count, widths: widths), "a row's numbers")
    let all = (0..<2 * count).map { place in
      (0..<widths).map { width in
        let start = 2 * (place * widths + width)
        return BlockCoupling(norm: numbers[start], trace: numbers[start + 1])
      }
    }
    direct = Array(all[..<count])
    exchanged = Array(all[count...])
    null = Array(numbers.suffix(widths))
  }
}

/// The path of a prompt's last token, and the checks that are made on the way.
struct PathRecord {
  let path: TokenPath
  /// The exact rules of each layer.
  let rules: [HalfRules]
  /// What a token has of those behind it.
  let backwards: Double

  init(path: TokenPath, rules: [HalfRules], backwards: Double) {
    self.path = path
    self.rules = rules
    self.backwards = backwards
  }

  static func numberCount(layerCount: Int) -> Int {
    TokenPath.numberCount(layerCount: layerCount) + 2 * layerCount + 1
  }

  var numbers: [Double] { path.numbers + rules.flatMap { [$0.attention, $0.mlp] } + [backwards] }

  /// Takes the numbers of a piece.
  init(_ numbers: [Double], layerCount: Int) {
    let count = TokenPath.numberCount(layerCount: layerCount)
    path = TokenPath(numbers[..<count])
    rules = (0..<layerCount).map {
      HalfRules(attention: numbers[count + 2 * $0], mlp: numbers[count + 2 * $0 + 1])
    }
    backwards = numbers[numbers.count - 1]
  }
}

import Archive

/// An analysis that a script damages so that it still can be written: what it says is odd, how it is stored is not.
struct OddGroup {
  private enum Damage: CaseIterable {
    case value, values, length, otherValues, labels, absent, otherAxes, swapped
  }

  private static let lengths = [0, 1, 2, 3, 5, 9, 33, 100, 300]
  /// Values of a variable: more take long and show no more.
  private static let valueLimit = 1 << 12

  private(set) var group: AnalysisGroup

  init(_ group: AnalysisGroup) { self.group = group }

  mutating func damage(_ script: inout Script) {
    let damage = script.choose(Damage.self)
    guard !group.variables.isEmpty, !group.dimensions.isEmpty else { return }
    let place = script.next(below: group.variables.count)
    let (values, count) = (group.variables[place].values, length(of: group.variables[place].dimensions))
    switch damage {
    case .value: replace(place, values.changed(.one(script.wide()), &script))
    case .values: replace(place, values.changed(.all(script.next(below: 4) + 1), &script))
    case .otherValues: replace(place, .odd(count, &script))
    case .length: resize(script.next(below: group.dimensions.count), to: script.choose(from: Self.lengths), &script)
    case .labels: label(script.next(below: group.dimensions.count), &script)
    case .absent: remake(variables: group.variables.filter { $0.name != group.variables[place].name })
    case .otherAxes: turn(place, &script)
    case .swapped: swap(place, script.next(below: group.variables.count))
    }
  }

  // MARK: Variables

  private mutating func replace(_ place: Int, _ values: AnalysisGroup.Values, over dimensions: [String]? = nil) {
    var variables = group.variables
    let old = variables[place]
    variables[place] = .init(old.name, dimensions ?? old.dimensions, old.longName, units: old.units, values)
    remake(variables: variables)
  }

  /// Over up to three dimensions, whichever.
  private mutating func turn(_ place: Int, _ script: inout Script) {
    let names = (0..<script.next(below: 4)).map { _ in script.choose(from: group.dimensions).name }
    let count = length(of: names)
    guard count <= Self.valueLimit else { return }
    replace(place, group.variables[place].values.changed(.taken(Array(0..<count)), &script), over: names)
  }

  private mutating func swap(_ first: Int, _ second: Int) {
    var variables = group.variables
    for (place, other) in [(first, second), (second, first)] {
      let (name, from) = (group.variables[place].name, group.variables[other])
      variables[place] = .init(name, from.dimensions, from.longName, units: from.units, from.values)
    }
    remake(variables: variables)
  }

  // MARK: Dimensions

  private func length(of dimensions: [String], _ length: (AnalysisGroup.Dimension) -> Int = \.length) -> Int {
    dimensions.reduce(1) { product, name in
      product * (group.dimensions.first { $0.name == name }.map(length) ?? 0)
    }
  }

  /// Values over it are cut, or repeated with odd ones among them.
  private mutating func resize(_ place: Int, to length: Int, _ script: inout Script) {
    let old = group.dimensions[place]
    func resized(_ dimension: AnalysisGroup.Dimension) -> Int { dimension.name == old.name ? length : dimension.length }
    guard group.variables.allSatisfy({ self.length(of: $0.dimensions, resized) <= Self.valueLimit }) else { return }
    var dimensions = group.dimensions
    dimensions[place] =
      old.labels.map { labels in
        .init(old.name, labels: (0..<length).map { labels.indices.contains($0) ? labels[$0] : "\($0)" })
      } ?? .init(old.name, length: length)
    let variables = group.variables.map { variable in
      let count = self.length(of: variable.dimensions, resized)
      return AnalysisGroup.Variable(
        variable.name, variable.dimensions, variable.longName, units: variable.units,
        variable.values.changed(.taken(Array(0..<count)), &script))
    }
    group = AnalysisGroup(name: group.name, comment: group.comment, dimensions: dimensions, variables: variables)
  }

  /// Other labels, or none.
  private mutating func label(_ place: Int, _ script: inout Script) {
    let old = group.dimensions[place]
    var dimensions = group.dimensions
    let odd = (0..<script.next(below: 4) + 1).map { _ in script.oddText() }
    dimensions[place] =
      script.flag()
      ? .init(old.name, length: old.length)
      : .init(old.name, labels: (0..<old.length).map { odd[$0 % odd.count] })
    group = AnalysisGroup(
      name: group.name, comment: group.comment, dimensions: dimensions, variables: group.variables)
  }

  private mutating func remake(variables: [AnalysisGroup.Variable]) {
    group = AnalysisGroup(
      name: group.name, comment: group.comment, dimensions: group.dimensions, variables: variables)
  }
}

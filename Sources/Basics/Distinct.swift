/// A list in which each of several equal elements is told once: work that is done for all of them at once.
public struct Distinct<Element: Hashable> {
  /// The elements, each once, in the order in which they first come.
  public private(set) var elements: [Element] = []
  /// The place among `elements` of each element of the list.
  public private(set) var places: [Int] = []

  /// Tells equal elements of a list once.
  public init(_ list: some Sequence<Element>) {
    var known: [Element: Int] = [:]
    for element in list {
      let place = known[element] ?? elements.count
      if place == elements.count {
        known[element] = place
        elements.append(element)
      }
      places.append(place)
    }
  }

  /// What is known of each of the distinct elements, for each element of the list.
  public func spread<Value>(_ values: [Value]) -> [Value] {
    precondition(values.count == elements.count, "a value for each of the distinct elements")
    return places.map { values[$0] }
  }
}

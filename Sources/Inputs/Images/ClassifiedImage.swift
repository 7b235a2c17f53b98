import Transformer

/// An image and the class that it is of.
public struct ClassifiedImage: Sendable {
  /// Unique in its file or folder.
  public let id: String
  /// The name of its file, or its number.
  public let name: String
  /// The image, as the model reads it.
  public let image: Image
  /// The number of its class among the model's.
  public let classNumber: Int
}

/// Which images of a file or folder are taken: those of some classes, and of each class some that follow one another.
public struct ImageChoice: Equatable, Sendable {
  private let classes: Set<Int>?
  private let skip: Int
  private let count: Int?

  /// Takes `count` images of each of `classes` behind the first `skip` of it; nil: all.
  public init(classes: Set<Int>? = nil, skip: Int = 0, count: Int? = nil) {
    (self.classes, self.skip, self.count) = (classes, skip, count)
  }

  /// Whether an image is taken, by its place among the images of its class.
  func takes(_ place: Int, ofClass number: Int) -> Bool {
    guard classes?.contains(number) ?? true, place >= skip else { return false }
    return count.map { place - skip < $0 } ?? true
  }
}

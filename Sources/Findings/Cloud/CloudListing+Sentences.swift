import Drawing
import Geometry

extension CloudListing {
  /// How many points there are, and how much of the variance their first principal components hold.
  func sentences(of cloud: Cloud) -> [String] {
    guard !shares.isEmpty else { return [] }
    return [
      "The cloud has \(Numeral.items(cloud.points.count, "point")), whose first "
        + (shares.count == 1 ? "principal component holds " : "\(shares.count) principal components hold ")
        + "\(Numeral.share(shares.reduce(0, +))) of the variance."
    ]
  }
}

extension BlockSpan {
  /// How much of the cloud lies where constant regions put it.
  var sentences: [String] {
    [
      "\(Numeral.share(share.value)) of the cloud's variance lies in \(Numeral.count(rank)) of "
        + "\(Numeral.count(dimension)) directions, the row blocks of o and down, where a constant region adds by "
        + "arithmetic alone; with components permuted it is \(Numeral.share(share.mean)) (permutation test, z "
        + "\(Numeral.number(share.z)), \(Sentence.probability(share.chance)))."
    ]
  }
}

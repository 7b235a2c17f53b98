import Transformer

/// What a row of an atlas is.
public enum AtlasSubject: String, CaseIterable, Sendable {
  /// An index of the residual stream in a layer.
  case residual
  /// A unit of the feed-forward part.
  case neuron
  /// An attention head.
  case head
  /// A region of a weight matrix.
  case region

  /// One of them, in words.
  public var noun: String {
    switch self {
    case .residual: "residual index"
    case .neuron: "neuron"
    case .head: "head"
    case .region: "region"
    }
  }

  /// Several of them, in words.
  public var plural: String { self == .residual ? "residual indices" : noun + "s" }

  /// Whether a number means the same thing in all layers, so that they are no repetitions of one another.
  public var isOneInAllLayers: Bool { self == .residual }

  /// The subjects whose units stand at a site.
  static func ofUnits(at site: Site) -> AtlasSubject {
    switch site {
    case .residualBefore, .residualMiddle, .residualAfter: .residual
    case .attentionOutput: .head
    case .mlpHidden: .neuron
    }
  }
}

/// What a matrix has to do with a unit.
enum AtlasSide: String, CaseIterable, Sendable {
  /// The matrix makes the unit, of which its rows are.
  case made
  /// The matrix reads the unit, of which its columns are.
  case read

  /// What such regions are called: "regions that make it".
  var words: String { self == .made ? "regions that make it" : "regions that read it" }
}

extension WeightMatrix {
  /// What the rows of a matrix of a layer make, and what its columns read; nil of matrices outside of the layers.
  func subject(_ side: AtlasSide) -> AtlasSubject? {
    switch (self, side) {
    case (.q, .made), (.k, .made), (.v, .made), (.o, .read): .head
    case (.gate, .made), (.up, .made), (.down, .read): .neuron
    case (.embedding, _), (.head, _): nil
    default: .residual
    }
  }

  /// The site that the columns read; nil of matrices outside of the layers.
  var siteRead: Site? {
    switch self {
    case .q, .k, .v: .residualBefore
    case .o: .attentionOutput
    case .gate, .up: .residualMiddle
    case .down: .mlpHidden
    case .embedding, .head: nil
    }
  }
}

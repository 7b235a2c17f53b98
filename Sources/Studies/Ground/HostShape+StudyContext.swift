import Transformer

extension HostShape {
  /// The tokens that a row of a study may have: the model's context, and 32,768 at most. The tables of positions grow
  /// with it, and would take gigabytes of a context of millions. Where longer texts have other angles, all are of the
  /// first context, so that a text and its beginning are computed alike.
  package var studyContext: Int { min(contextLength, 1 << 15, firstContext ?? contextLength) }

  /// The sites that all blocks have: parts that stand side by side have no residual stream between them.
  var sites: [Site] { Site.allCases.filter { site in blocks.allSatisfy { $0.sites.contains(site) } } }
}

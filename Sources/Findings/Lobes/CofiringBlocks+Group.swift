import Archive
import Geometry

extension CofiringBlocks {
  /// The dataset group `cofiring`.
  var group: AnalysisGroup {
    AnalysisGroup(
      name: "cofiring",
      comment: """
        How features fire together, in the order of their lobes by phi (by geometry where there are none): the mean \
        phi of pairs of features from two bins. A bin stands for some features of one lobe, of which there are at most \
        about 512; where there are no more features than that, each is a bin. Phi is not cut here. Features without a \
        lobe are left out. Descriptive: the lobes were made from the same firings.
        """,
      dimensions: [.init("bin", length: lobes.count), .init("other_bin", length: lobes.count)],
      variables: [
        .init(LobeFindings.Columns.lobe, ["bin"], "lobe of the bin", .counts(lobes)),
        .init("features", ["bin"], "features that the bin stands for", .counts(sizes)),
        .init(
          LobeFindings.Columns.phi, ["bin", "other_bin"], "mean over pairs of different features",
          .numbers(values.values)),
      ])
  }
}

import Drawing

extension Comparison {
  /// What a page shows of the comparison.
  public var exhibits: [Exhibit] {
    [ComparedSeverityExhibit.make(self), ComparedMapsExhibit.make(self), ChangedRegionsExhibit.make(self)]
  }

  /// How each part was made, by name.
  public var methods: [(name: String, comment: String)] {
    [
      (
        "severity",
        """
        A region's severity is the share of its verdicts that are non-silent, over the kinds that both screens have \
        and over the inputs that are compared. Inputs of a task weigh n·m / (n + m), where the screens have n and m \
        of them (Mantel and Haenszel 1959). Intervals are by Student's t over inputs.
        """
      ),
      (
        "correlation",
        """
        Within matrix and layer, ranks are taken there, over the number of regions, and correlated together. The null \
        permutes the severities of B among regions of one matrix, one layer and one set of kinds, \
        \(MapCorrelation.drawCount) times. Reliability is the correlation of severities by two halves of the \
        inputs, each task halved evenly, the mean of \(MapCorrelation.halvingCount) halvings, stepped up by \
        2r / (1 + r). Corrected is the correlation of one half in A with the other half in B over the geometric mean \
        of both screens' own.
        """
      ),
      (
        "regions",
        """
        A region's score on an input is the number of its mutants that are non-silent there. The null exchanges scores \
        of an input, or of inputs of a task, between the screens, each way with a weight of exp(shift · what A gets); \
        the shift is one of the matrix in the layer and one of the input or task, fitted by conditional likelihood. \
        Probabilities are exact given the shift, and two-sided. Tested are regions whose scores could give 1 %. Of \
        divergences, logarithms less the median of matrix, layer and input are compared. The false discovery rate is \
        Benjamini and Hochberg's (1995), over all regions, one family for verdicts and one for divergences.
        """
      ),
    ]
  }
}

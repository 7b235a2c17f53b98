extension FindingFamily.Name {
  /// What its tests look for, as a list names it.
  public var words: String {
    switch self {
    case .stripes: "Row or column blocks with more than the other axis explains, by arithmetic or not"
    case .beyondArithmetic: "Row or column blocks above the line that most of their axis follow"
    case .alone: "Row or column blocks above all others of their axis"
    case .complementarity: "Blocks that complement each other: one by maximum, the other by minimum"
    case .control: "Matrices where a constant does more than random signs of the same amount"
    case .controlBlocks: "Row or column blocks where a constant does more than random signs of the same amount"
    case .bias: "Matrices biased towards maximum or minimum"
    case .specificity: "Regions that are specific to a task"
    case .overlap: "Pairs of inputs that share more non-silent mutations than independent ones"
    case .severity: "Layers, matrices and kinds that change texts unlike all others"
    case .destruction: "Mutations that destroy texts on every input, more than their like"
    case .classes: "Mutations that predict the class of what is said"
    case .writersWithin: "Blocks of one matrix with more writers of verse or dialogue than their share"
    case .writersAcross: "Dimensions of the residual stream with writers in many matrices"
    case .agreement: "Agreement of classes by words with classes by states"
    }
  }

  /// How soon a page tells its findings, the smallest first: what stands against all others or a control; what
  /// arithmetic does not explain; then what nearly every screen has.
  public var rank: Int {
    switch self {
    case .alone, .control, .controlBlocks, .specificity, .complementarity: 0
    case .beyondArithmetic, .bias, .destruction, .classes, .agreement, .writersWithin, .writersAcross: 1
    case .severity: 2
    case .stripes, .overlap: 3
    }
  }

  /// What its findings are tested against.
  public var null: String {
    switch self {
    case .stripes: "non-silent verdicts permuted, totals of the other axis kept (permutation test)"
    case .beyondArithmetic: "the line that most blocks follow (studentized residual)"
    case .alone: "all other blocks of the axis (studentized residual)"
    case .complementarity: "the other axis permuted (permutation test of the best pairs)"
    case .control, .controlBlocks: "either is as likely to be the one that disturbs (McNemar's test)"
    case .bias: "either extreme is as likely to be the one that disturbs (McNemar's test, t tests, residuals)"
    case .specificity: "each non-silent verdict is of a task with that task's share (binomial test)"
    case .overlap: "independent sets of mutations (hypergeometric test)"
    case .severity: "the same distribution as all others (Mann and Whitney's test)"
    case .destruction: "similarities permuted among the mutations of a layer, matrix and kind (permutation test)"
    case .classes: "classes permuted within each input (permutation test of mutual information)"
    case .writersWithin, .writersAcross: "places permuted (permutation test)"
    case .agreement: "classes permuted within each input (permutation test)"
    }
  }
}

import Perturbations

/// The masks of a configuration, for its plan.
enum MaskLines {
  /// A line for each mask, to be put behind that of the model; nothing where there are none.
  static func text(_ masks: [UnitMask], paths: [String]) -> String {
    zip(masks, paths).map { "\nmask          \($1): \($0.words) are zero" }.joined()
  }
}

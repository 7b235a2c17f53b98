import Perturbations
import Transformer

/// What takes the place of a unit that is ablated (Pochinkov, Pasero and Shibayama 2024, arXiv 2408.17322).
public enum AblationMethod: String, CaseIterable, Sendable {
  /// The unit is zero.
  case zero
  /// The unit's mean over the statistics texts.
  case mean
  /// The middle of the fullest of 100 bins of the unit's own range: the mode of what it does.
  case peak
  /// What the unedited model has at that unit and position on one other text.
  case resample
}

/// What each method puts in the place of every unit of a site.
struct AblationValues {
  let grid: UnitGrid
  /// The means, `[layer · width + unit]`.
  let mean: [Double]
  /// The modes, `[layer · width + unit]`.
  let peak: [Double]
  /// How many positions are in the fullest bin.
  let fullest: [Int]
  /// How many positions are in the second fullest bin.
  let second: [Int]
  /// What the unedited model has on the other text, `[layer][position · width + unit]`.
  let resampled: [[Float]]

  /// The replacement of a method.
  func replacement(_ method: AblationMethod) -> UnitEdit.Replacement {
    switch method {
    case .zero: .zero
    case .mean: .constants(byLayer(mean))
    case .peak: .constants(byLayer(peak))
    case .resample: .byPosition(resampled)
    }
  }

  private func byLayer(_ values: [Double]) -> [[Float]] {
    (0..<grid.layerCount).map { values[grid.numbers(ofLayer: $0)].map { Float($0) } }
  }
}

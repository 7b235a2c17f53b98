import Archive
import Configuration
import Perturbations
import Transformer

/// The edits of activations that a screen asks for: units of a site, one block of them after another, are held at zero,
/// their mean or their mode.
///
/// An edit is a mutation of the matrix that reads the site, with all of its rows: holding a unit at zero is the same as
/// making its column zero.
public struct EditChoice: Equatable, Sendable {
  /// What units are held at.
  enum Value: String, CaseIterable, Sendable {
    case zero, mean, peak

    var kind: Kind {
      switch self {
      case .zero: .zero
      case .mean: .unitMean
      case .peak: .unitPeak
      }
    }
  }

  /// The sites whose units are edited.
  public let sites: [Site]
  /// The number of consecutive units that are edited together; nil: a head of attention.
  public let block: Int?
  /// The file of studies that has means and modes of units; nil where none are needed.
  public let valuesPath: String?
  private let values: [Value]

  private static let keys = ["sites", "block", "values", "from"]

  /// Reads the group `mutations.edits`.
  init(_ value: ConfigurationValue) throws {
    let group = try value.group(keys: Self.keys)
    sites = try group["sites"].map(Self.sites) ?? [.attentionOutput, .mlpHidden]
    values = try group["values"]?.choices("a value", use: "a list such as [zero, mean]") ?? [.zero]
    valuesPath = try group["from"]?.path()
    let use = "a whole number from 1 up, or head"
    block =
      group["block"]?.text == "head"
      ? nil : try group["block"]?.integer(in: 1...1 << 24, "a number of units", use: use) ?? 1
    if block == nil, sites != [.attentionOutput] {
      throw value.refusal("heads are units of attn_pre_out alone; write sites: [attn_pre_out]")
    }
    if values.contains(where: { $0 != .zero }), valuesPath == nil {
      throw value.refusal(
        "means and modes come from a file of locus study; add 'from: FILE.h5', of a run with statistics or ablation")
    }
  }

  private static func sites(_ value: ConfigurationValue) throws -> [Site] {
    let sites: [Site] = try value.choices("a site", use: "attn_pre_out or mlp_pre_out")
    guard sites.allSatisfy({ [.attentionOutput, .mlpHidden].contains($0) }) else {
      throw value.refusal("units are edited where a matrix alone reads them; use attn_pre_out, mlp_pre_out or both")
    }
    return sites
  }

  // MARK: What is screened

  /// The matrices that read the sites.
  var matrices: [WeightMatrix] { sites.map(EditChoice.matrix) }

  /// The kinds of mutation that the edits are.
  var kinds: [Kind] { values.map(\.kind) }

  private static func matrix(_ site: Site) -> WeightMatrix { site == .attentionOutput ? .o : .down }

  /// The regions that the edits are of: all rows, and the columns that read a block of units.
  func size(in model: HostShape) -> RegionSize {
    RegionSize(rows: nil, columns: block ?? model.attention?.headSize ?? 1)
  }

  /// The numbers at which units are held. Reads the file of studies; throws where it lacks them or is of another
  /// shape.
  func parameters(for model: HostShape) throws -> KindParameters {
    var parameters = KindParameters()
    guard let valuesPath else { return parameters }
    let file = try StudyFile(path: valuesPath)
    for value in values where value != .zero {
      let layers = try sites.map { site in
        (EditChoice.matrix(site), try numbers(value, of: site, in: file, model))
      }
      parameters.units[value.kind] = UnitValues(Dictionary(uniqueKeysWithValues: layers))
    }
    return parameters
  }

  private func numbers(_ value: Value, of site: Site, in file: StudyFile, _ model: HostShape) throws -> [[Float]] {
    let names = ["ablation_\(value.rawValue)", value.rawValue]
    guard let group = try file.units(of: site.rawValue),
      let column = names.lazy.compactMap({ name in group.variables.first { $0.name == name } }).first,
      case .numbers(let numbers) = column.values
    else {
      throw ScreenError(
        "cannot take the \(value.rawValue) of units of \(site.rawValue) from \(file.path): it has no "
          + "\(names.joined(separator: " or ")) there; run locus study with ablation of that site")
    }
    let width = try model.width(at: site, layer: 0)
    guard numbers.count == model.layerCount * width else {
      throw ScreenError(
        "cannot take the \(value.rawValue) of units of \(site.rawValue) from \(file.path): it has \(numbers.count) "
          + "units and the model \(model.layerCount * width); name a file of this model")
    }
    return (0..<model.layerCount).map { layer in numbers[layer * width..<(layer + 1) * width].map { Float($0) } }
  }
}

import Basics
import Configuration
import Perturbations
import Transformer

/// The components of matrices that a screen mutates: the largest singular ones, or those of a file.
public struct ComponentChoice: Equatable, Sendable {
  /// The largest number of components of a matrix; nil: all of a file.
  public let count: Int?
  /// The safetensors file that has the components; nil where they are the singular ones.
  public let path: String?
  /// What the components of a file are multiplied by, such as a LoRA's alpha over its rank.
  public let factor: Float
  /// The kinds in canonical order.
  let kinds: [Kind]
  /// The numbers of the kinds that have one.
  let parameters: KindParameters

  private static let keys = ["count", "from", "factor", "kinds"]

  /// Reads the value of `mutations.components`: a group, or the path of a file.
  init(_ value: ConfigurationValue) throws {
    guard value.isGroup else {
      (path, count, factor) = (try value.path(), nil, 1)
      (kinds, parameters) = ([.zero], KindParameters())
      return
    }
    let group = try value.group(keys: Self.keys)
    path = try group["from"]?.path()
    let use = "a whole number from 1 to \(ComponentSource.limit)"
    count = try group["count"]?.integer(in: 1...ComponentSource.limit, "a number of components", use: use)
    guard count != nil || path != nil else {
      throw value.refusal("it does not say which components; add 'count: 16', or 'from: FILE.safetensors'")
    }
    factor = try group["factor"]?.nonnegative("a factor") ?? 1
    if let value = group["factor"], path == nil || factor == 0 {
      throw value.refusal(
        path == nil ? "this goes with the components of a file; remove it" : "nothing is left of components at 0")
    }
    (kinds, parameters) = try group["kinds"].map(ScreenConfiguration.kinds) ?? ([.zero], KindParameters())
    if let kind = kinds.first(where: { !$0.multiplies }), let value = group["kinds"] {
      let possible = Kind.ofWeights.filter(\.multiplies).map { kind in
        kind.parameter.map { "\(kind.rawValue): \($0.example)" } ?? kind.rawValue
      }
      throw value.refusal(
        "\(kind.rawValue.quoted) does not multiply by a number, which is all that can be done to a component; use "
          + possible.joined(separator: ", "))
    }
  }

  /// The origin of the components; a file of them is read. Throws where that does not fit a model of this shape.
  func source(for model: HostShape) throws -> ComponentSource {
    guard let path else { return .singular(count: count ?? 1) }
    return .file(try ComponentFile(path: path, shape: model), factor: factor, limit: count)
  }
}

extension ScreenConfiguration {
  /// The mutations of components, divided into units.
  func plan(for model: HostShape, _ choice: ComponentChoice) throws -> UnitPlan {
    let space = ComponentSpace(
      source: try choice.source(for: model), shape: model, layers: try layers(of: model),
      matrices: try matrices(of: model), kinds: kinds)
    guard space.count > 0 else {
      throw refusal(
        "mutations.components", "the file has no components of these matrices and layers; choose those that it has")
    }
    return UnitPlan(components: space, parameters: parameters)
  }
}

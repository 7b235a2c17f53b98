import Basics
import StrictJSON
import Transformer

extension UnitMask {
  /// The member `format` of a mask's file.
  public static let format = "locus-mask"
  /// The version of the format, which goes up when a reader of the last one would misread a file.
  public static let version = 1
  /// What a key of configurations for masks is given.
  public static let use = "a list of files, such as [pruned.json]"

  /// Bytes of a file at most: 32 million units take no more.
  private static let byteLimit = 1 << 28

  // MARK: Writing

  /// The content of the mask's file: a JSON object with a line for each layer's units.
  public var json: [UInt8] {
    let layers = units.map { "  [\($0.map(String.init).joined(separator: ", "))]" }
    let text = """
      {
       "format": "\(UnitMask.format)",
       "version": \(UnitMask.version),
       "model_sha256": "\(modelSHA256)",
       "site": "\(site.rawValue)",
       "layers": \(grid.layerCount),
       "width": \(grid.width),
       "units": [
      \(layers.joined(separator: ",\n"))
       ]
      }

      """
    return Array(text.utf8)
  }

  // MARK: Reading

  /// Reads the mask at `path` for a model of a shape.
  ///
  /// Throws one sentence that says what is amiss where the file is no mask, or one for a model of another shape.
  public static func load(path: String, shape: HostShape) throws -> UnitMask {
    let bytes = try BoundedFile.read(path: path, limit: byteLimit, throwing: PerturbationsError.self)
    return try UnitMask(bytes: bytes, path: path, shape: shape)
  }

  /// Reads `bytes`, the content of the file at `path`.
  public init(bytes: [UInt8], path: String, shape: HostShape) throws {
    self = try Reader(bytes, path: path, shape: shape).mask()
  }

  /// Whether bytes begin as those of a mask's file of any version do, as far as a look at them tells.
  public static func isMask(_ bytes: [UInt8]) -> Bool {
    let value = bytes.withUnsafeBytes { try? JSONReader.read($0, valueLimit: bytes.count + 1) }
    return value?["format"]?.string == format
  }

  /// Throws a sentence where the mask is of another model; `path` is its file.
  public func check(modelSHA256 other: String, path: String) throws {
    guard other == modelSHA256 else {
      throw PerturbationsError(
        cannot: "use the mask", path,
        seen: "its units are those of another model: the SHA-256 of its weights begins with "
          + "\(modelSHA256.prefix(12)), and that of this model's with \(other.prefix(12))",
        advice: "name the model that the mask was made for, or make a mask for this one")
    }
  }

  /// Reads a file of a stranger, and refuses what is not as it must be.
  private struct Reader {
    let path: String
    let shape: HostShape
    let value: JSONValue

    init(_ bytes: [UInt8], path: String, shape: HostShape) throws {
      self.path = path
      self.shape = shape
      // Lists of all units of the widest site, and some members.
      let widest = Site.allCases.compactMap { try? UnitGrid(shape, $0).count }.max() ?? 0
      do {
        value = try bytes.withUnsafeBytes {
          try JSONReader.read($0, valueLimit: widest + shape.layerCount + 64)
        }
      } catch {
        throw PerturbationsError(
          cannot: "read the mask", path, seen: "\(error)", advice: "name a file that the study pruning wrote")
      }
    }

    func mask() throws -> UnitMask {
      guard value["format"]?.string == UnitMask.format else {
        throw refusal("it is no JSON object with \"format\": \"\(UnitMask.format)\"")
      }
      guard value["version"]?.integer == UnitMask.version else {
        throw refusal("its version is not \(UnitMask.version), the one that this program reads")
      }
      guard let digest = value["model_sha256"]?.string, digest.utf8.count == 64,
        digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
      else { throw refusal("model_sha256 is not 64 hexadecimal digits") }
      let (site, grid) = try place()
      return UnitMask(modelSHA256: digest, site: site, grid: grid, units: try units(grid))
    }

    /// The site and its units, which the model must have.
    private func place() throws -> (Site, UnitGrid) {
      guard let site = value["site"]?.string.flatMap(Site.init(rawValue:)) else {
        throw refusal("site is none of \(Site.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let grid = try UnitGrid(shape, site)
      guard let layers = value["layers"]?.integer, let width = value["width"]?.integer else {
        throw refusal("layers and width are not both whole numbers")
      }
      guard layers == grid.layerCount, width == grid.width else {
        throw PerturbationsError(
          cannot: "use the mask", path,
          seen: "it is of \(Int.items(layers, "layer")) of \(Int.items(width, "unit")) at \(site.rawValue), and this "
            + "model has \(Int.items(grid.layerCount, "layer")) of \(grid.width)",
          advice: "name the model that the mask was made for, or make a mask for this one")
      }
      return (site, grid)
    }

    private func units(_ grid: UnitGrid) throws -> [[Int32]] {
      let range = 0..<grid.width
      let units = value["units"]?.elements { layer in
        layer.elements { $0.integer.flatMap { range.contains($0) ? Int32($0) : nil } }
      }
      guard let units, units.count == grid.layerCount,
        units.allSatisfy({ zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } })
      else {
        throw refusal(
          "units is not a list of \(grid.layerCount) lists of ascending whole numbers from 0 to \(grid.width - 1)")
      }
      return units
    }

    private func refusal(_ problem: String) -> PerturbationsError {
      PerturbationsError(
        cannot: "read the mask", path, seen: problem, advice: "name a file that the study pruning wrote")
    }
  }
}

extension Int {
  /// The number with its noun, which gets an s where there are several.
  fileprivate static func items(_ value: Int, _ noun: String) -> String {
    "\(value.grouped) \(noun)\(value == 1 ? "" : "s")"
  }
}

import Transformer

/// The sizes of images and patches as a configuration states them, checked before anything is multiplied.
struct PatchGrid {
  /// The keys of the sizes.
  struct Keys {
    let image: String
    let patch: String
    let channels: String
  }

  /// The sizes where a key is absent.
  struct Usual {
    let image: Int
    let patch: Int
  }

  let image: ImageSize
  let patch: ImageSize

  private static let sideLimit = 1 << 14
  private static let channelLimit = 1 << 10

  init(_ root: ConfigurationObject, _ keys: Keys, usual: Usual) throws {
    let channels = try root.integer(keys.channels) ?? 3
    guard 1...Self.channelLimit ~= channels else {
      throw root.refusal(
        "\(root.name(keys.channels)) is \(channels), which is not in 1…\(Self.channelLimit); correct it")
    }
    image = try Self.size(root, keys.image, usual: usual.image, channels)
    patch = try Self.size(root, keys.patch, usual: usual.patch, channels)
    guard patch.height <= image.height, patch.width <= image.width else {
      throw root.refusal(
        "\(root.name(keys.patch)) is larger than \(root.name(keys.image)), so an image holds no patch; correct one of "
          + "them"
      )
    }
  }

  /// A number for both sides, or a height and a width.
  private static func size(
    _ root: ConfigurationObject, _ key: String, usual: Int, _ channels: Int
  ) throws -> ImageSize {
    let sides: [Int]
    if root.value(key)?.integer != nil {
      sides = try root.integer(key).map { [$0, $0] } ?? []
    } else {
      sides = try root.integers(key) ?? [usual, usual]
    }
    guard sides.count == 2, sides.allSatisfy({ 1...sideLimit ~= $0 }) else {
      let found = sides.map(String.init).joined(separator: ", ")
      throw root.refusal(
        "\(root.name(key)) is [\(found)], and has to be a number of pixels, or a height and a width, in 1…\(sideLimit)")
    }
    return ImageSize(channels: channels, height: sides[0], width: sides[1])
  }

  /// Patches of an image, and the token of the class.
  var positionCount: Int { (image.height / patch.height) * (image.width / patch.width) + 1 }
}

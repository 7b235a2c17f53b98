import Transformer

extension PixelScale {
  /// How transformers' image processors make numbers of bytes (`preprocessor_config.json`); nil where the file does not
  /// say it for as many channels.
  static func read(_ preprocessor: ConfigurationObject?, channels: Int) throws -> PixelScale? {
    guard let preprocessor else { return nil }
    let isRescaled = try preprocessor.flag("do_rescale") ?? true
    let factor = try preprocessor.number("rescale_factor") ?? 1.0 / 255
    guard try preprocessor.flag("do_normalize") ?? true else {
      let count = Array(repeating: Float(0), count: channels)
      return PixelScale(factor: isRescaled ? factor : 1, mean: count, deviation: count.map { _ in 1 })
    }
    return try normalizing(
      preprocessor, mean: "image_mean", deviation: "image_std", factor: isRescaled ? factor : 1, channels: channels)
  }

  /// A scale whose means and deviations, of each channel or of all, stand under two keys.
  static func normalizing(
    _ object: ConfigurationObject, mean: String, deviation: String, factor: Double, channels: Int
  ) throws -> PixelScale? {
    func numbers(_ key: String) throws -> [Double]? {
      guard object.value(key)?.number == nil else { return try object.number(key).map { [$0] } }
      return try object.numbers(key)
    }
    func each(_ values: [Double]) -> [Float]? {
      if values.count == channels { return values.map { Float($0) } }
      return values.count == 1 ? Array(repeating: Float(values[0]), count: channels) : nil
    }
    guard let mean = try numbers(mean).flatMap(each), let found = try numbers(deviation) else { return nil }
    guard let deviations = each(found) else { return nil }
    guard factor.isFinite, factor > 0, deviations.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw object.refusal(
        "\(object.name(deviation)) or the factor of pixels is not above 0, so images cannot be scaled by it; correct it"
      )
    }
    return PixelScale(factor: factor, mean: mean, deviation: deviations)
  }
}

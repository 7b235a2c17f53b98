/// An image as a vision transformer reads it: numbers that are rescaled and normalised already.
public struct Image: Hashable, Sendable {
  /// Channels, rows and columns.
  public let size: ImageSize
  /// The numbers, `[channel, row, column]`.
  public let values: [Float]

  /// An image of as many numbers as its size says.
  public init(size: ImageSize, values: [Float]) {
    precondition(values.count == size.valueCount, "a number for each channel, row and column")
    self.size = size
    self.values = values
  }
}

/// The size of an image.
public struct ImageSize: Hashable, Sendable, CustomStringConvertible {
  /// Numbers of a pixel: 3 for colours, 1 for shades of grey.
  public let channels: Int
  /// Rows of pixels.
  public let height: Int
  /// Pixels of a row.
  public let width: Int

  /// The size of images of so many channels, rows and columns.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The numbers of an image.
  public var valueCount: Int { channels * height * width }

  /// Channels, rows and columns: `3 × 224 × 224`.
  public var description: String { "\(channels) × \(height) × \(width)" }
}

/// How the bytes of a picture, 0 to 255, become the numbers that a model reads: (byte · factor − mean) / deviation.
public struct PixelScale: Equatable, Sendable {
  /// What bytes are multiplied with, such as 1 / 255.
  public let factor: Double
  /// What is subtracted then, `[channel]`.
  public let mean: [Float]
  /// What is divided by, `[channel]`.
  public let deviation: [Float]

  /// Takes a mean and a deviation for each channel.
  public init(factor: Double, mean: [Float], deviation: [Float]) {
    precondition(mean.count == deviation.count, "both of each channel")
    self.factor = factor
    self.mean = mean
    self.deviation = deviation
  }

  /// The number of a byte in a channel.
  public func callAsFunction(_ byte: UInt8, channel: Int) -> Float {
    (Float(Double(byte) * factor) - mean[channel]) / deviation[channel]
  }
}

import Basics
import Foundation

/// Numbers with units a person can read.
enum Quantity {
  static func operations(_ count: Double) -> String {
    scaled(count, base: 1000, ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"])
  }

  static func percent(_ share: Double) -> String {
    String(format: share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share)
  }

  static func bytes(_ count: Int) -> String {
    scaled(Double(count), base: 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
  }

  static func coreTime(_ seconds: Double) -> String {
    seconds < 7200 ? "\(TimeText.of(seconds)) of a core" : "\(Int(min(seconds / 3600, 1e15)).grouped) core-hours"
  }

  private static func scaled(_ value: Double, base: Double, _ units: [String]) -> String {
    var value = value
    var index = 0
    while value >= base, index < units.count - 1 {
      value /= base
      index += 1
    }
    return String(format: value < 10 && index > 0 ? "%.1f %@" : "%.0f %@", value, units[index])
  }
}

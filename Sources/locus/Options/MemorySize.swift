import ArgumentParser

/// A number of bytes as people write it: `1.5GB`, `900MiB`, `2G`, `4000000000`.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  /// Reads what `init(parsing:)` reads; nil where that throws.
  init?(argument: String) {
    guard let size = try? MemorySize(parsing: argument) else { return nil }
    self = size
  }

  /// Reads a number and its unit, in any case, also with a space between them. As in Slurm and Java, K, M, G and T
  /// alone are powers of 1024.
  init(parsing text: String) throws {
    let upper = text.uppercased()
    let digits = upper.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = upper.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits), let scale = MemorySize.scale(of: String(unit)) else {
      throw ValidationError("give a number and a unit, such as 2GB: one of B, \(MemorySize.unitNames)")
    }
    let size = number * scale
    guard size >= Double(MemorySize.least) else {
      let meant = number >= 1 && number == number.rounded() && unit.isEmpty ? "\(Int(min(number, 1e9)))GB" : "2GB"
      throw ValidationError("that is \(Quantity.bytes(Int(size))), in which nothing fits; write \(meant)")
    }
    guard size < 1e18 else { throw ValidationError("no machine has as much; write 2GB") }
    bytes = Int(size)
  }

  /// Who asks for less than this has left the unit out.
  private static let least = 1_000_000

  private static let unitNames = "KB, MB, GB, TB (powers of 1000), K, M, G, T, KiB, MiB, GiB, TiB (powers of 1024)"

  /// Bytes of a unit in capitals; nil for other words.
  private static func scale(of unit: String) -> Double? {
    guard let letter = unit.first, unit != "B" else { return 1 }
    guard let power = ["K", "M", "G", "T"].firstIndex(of: String(letter)) else { return nil }
    let bases: [String: Double] = ["": 1024, "I": 1024, "IB": 1024, "B": 1000]
    guard let base = bases[String(unit.dropFirst())] else { return nil }
    return (0...power).reduce(1) { scale, _ in scale * base }
  }

  var defaultValueDescription: String { Quantity.bytes(bytes) }
}

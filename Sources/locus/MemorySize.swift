import ArgumentParser

/// A number of bytes as people write it: `1.5GB`, `900MiB`, `4000000000`.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units: [(String, Double)] = [
      ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776), ("KB", 1e3), ("MB", 1e6),
      ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ]
    let text = argument.uppercased()
    guard let unit = units.first(where: { text.hasSuffix($0.0.uppercased()) }) else { return nil }
    let digits = text.dropLast(unit.0.count)
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits),
      number * unit.1 >= 1, number * unit.1 < 1e18
    else { return nil }
    bytes = Int(number * unit.1)
  }

  var defaultValueDescription: String { Quantity.bytes(bytes) }
}

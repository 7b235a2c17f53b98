import Foundation
import Geometry

/// A folder of what a bench of geometry measures with and what it finds, as raw numbers in this machine's order of
/// bytes, for other programs: `points.f32` `[points, dimension]`, `planted.i32` `[points]`, `offsets.i64` and
/// `documents.i32` of the firings, and of each part its `.i32` labels or `.f64` numbers.
struct BenchFolder {
  let path: String

  /// Makes it, if it is not there.
  init(_ path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandError(unwritable: path)
    }
  }

  func write(_ bench: GeometryBench, _ findings: [GeometryBench.Part: GeometryBench.Finding]) throws {
    try write(bench.cloud.points.values, to: "points.f32")
    try write(bench.cloud.labels, to: "planted.i32")
    if findings[.cofiring] != nil {
      let firings = bench.firings
      try write(firings.offsets.map(Int64.init), to: "offsets.i64")
      try write(firings.documents, to: "documents.i32")
    }
    for (part, finding) in findings {
      switch finding {
      case .labels(let labels): try write(labels, to: part.rawValue + ".i32")
      case .numbers(let numbers): try write(numbers, to: part.rawValue + ".f64")
      }
    }
  }

  private func write<Value: BitwiseCopyable>(_ values: [Value], to name: String) throws {
    do {
      try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    } catch {
      throw CommandError(unwritable: "\(path)/\(name)")
    }
  }
}

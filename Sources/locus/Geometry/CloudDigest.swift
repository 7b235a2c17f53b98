import Basics
import Clouds
import Foundation
import Geometry

/// The digest of a cloud, or of what it is made of: 64 hexadecimal digits.
enum CloudDigest {
  /// Of all that an analysis of a cloud depends on.
  static func of(_ source: GeometrySource) -> String {
    let cloud = source.cloud
    let words = [
      source.planSHA256, source.point.map { "\($0)" } ?? "", source.hiddenSize.map(String.init) ?? "",
      "\(cloud.points.dimension)", "\(cloud.numbers)", "\(cloud.names ?? [])", "\(cloud.layers ?? [])",
      "\(cloud.relations)", "\(cloud.documents?.names ?? [])", "\(cloud.documents?.groups ?? [])",
      "\(cloud.firings?.documentCount ?? -1)",
    ]
    let text = Array(words.joined(separator: "\n").utf8)
    return cloud.points.values.withUnsafeBytes { points in
      (cloud.firings?.offsets ?? []).withUnsafeBytes { offsets in
        (cloud.firings?.documents ?? []).withUnsafeBytes { documents in
          text.withUnsafeBytes { SHA256.hexadecimal(of: [$0, points, offsets, documents]) }
        }
      }
    }
  }

  /// Of files and all files of folders, by names, sizes and times of change: models take minutes to read.
  static func ofFiles(_ paths: [String]) -> String {
    let lines = paths.flatMap { path in
      let inside = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return [path] + inside.sorted().map { path + "/" + $0 }
    }.map { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return path }
      return "\(path) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
    return SHA256.hexadecimal(of: Array(lines.joined(separator: "\n").utf8))
  }
}

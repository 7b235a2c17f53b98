import Findings
import Foundation
import Geometry

/// The geometry of a cloud in some lines for the terminal, at most 100 columns wide.
struct GeometryHeadline {
  private let findings: GeometryFindings

  init(_ findings: GeometryFindings) { self.findings = findings }

  var text: String { [cloud].joined(separator: "\n\n") }

  private var cloud: String {
    let cloud = findings.cloud
    var parts = ["\(cloud.points.count.grouped) points of \(cloud.points.dimension.grouped) components"]
    if let firings = cloud.firings {
      parts.append("\(firings.documents.count.grouped) firings on \(firings.documentCount.grouped) documents")
    }
    let shares = findings.listing.shares.map { String(format: "%.1f", 100 * $0) }
    return parts.joined(separator: ", ")
      + "; the first \(shares.count) principal components hold \(shares.joined(separator: ", ")) % of the variance"
  }
}

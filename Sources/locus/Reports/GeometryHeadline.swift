import Archive
import Basics
import Findings
import Foundation
import Geometry

/// The geometry of a cloud in some tables for the terminal, at most 100 columns wide.
struct GeometryHeadline {
  /// Relations that are listed.
  private static let relationLimit = 20

  private let findings: GeometryFindings

  init(_ findings: GeometryFindings) { self.findings = findings }

  var text: String {
    let blocks = [cloud, galaxy, lobes, tasks, crystals, parallelograms, sentences]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  // MARK: Blocks

  private var cloud: [String] {
    let cloud = findings.cloud
    var parts = ["\(cloud.points.count.grouped) points of \(cloud.points.dimension.grouped) components"]
    if let firings = cloud.firings {
      parts.append("\(firings.documents.count.grouped) firings on \(firings.documentCount.grouped) documents")
    }
    let shares = findings.listing.shares.map { String(format: "%.1f", 100 * $0) }
    let size =
      parts.joined(separator: ", ")
      + "; the first principal components hold \(shares.joined(separator: ", ")) % of the variance"
    return [size] + (findings.point.map { [sentence($0)] } ?? [])
  }

  private func sentence(_ point: MutantPoint) -> String {
    switch point {
    case .response:
      "Mutants are points by their response: what later blocks answered, less the shift that the mutation itself adds"
    case .direction:
      "Mutants are points by their direction: the whole shift of the residual stream, their own with it"
    }
  }

  private var galaxy: [String] {
    let galaxy = findings.galaxies.whole
    guard let matched = galaxy[.matched], let isotropic = galaxy[.isotropic] else { return [] }
    var table = TextTable(
      [("", .left)] + GeometryHeadline.columns(null: "matched") + [("isotropic", .right), ("z", .right)])
    func add(_ name: String, _ figure: (GaussianControl) -> NullComparison) {
      let other = figure(isotropic)
      table.add([name] + cells(figure(matched)) + [number(other.mean), number(other.z)])
    }
    if let law = galaxy.law {
      add("slope of the power law, ranks \(law.ranks.lowerBound)–\(law.ranks.upperBound)", \.slope)
    }
    add("effective dimension, by participation", \.participation)
    add("effective dimension, by entropy", \.entropyDimension)
    if let clustering = galaxy.clustering {
      table.add(["clustering entropy, nats"] + cells(clustering.difference) + ["–", "–"])
    }
    return ["The galaxy, beside normal clouds of the same covariance (matched) and of even spread (isotropic)"]
      + table.lines
  }

  private var lobes: [String] {
    let lobes = findings.lobes.lobes
    let geometric = lobes.geometric
    let components =
      geometric.componentCount > 1 ? ", in \(geometric.componentCount) parts without affinity between them" : ""
    let error = geometric.landmarkError.map { ", landmarks off by \(number($0))" } ?? ""
    var lines = ["Lobes: \(geometric.lobeCount) by geometry (\(lobes.method.rawValue)\(components)\(error))"]
    guard !lobes.functional.isEmpty else { return lines }
    lines.append("Functional ones beside them: adjusted mutual information; balanced accuracy from position")
    var table = TextTable([
      ("affinity", .left), ("lobes", .right), ("AMI", .right), ("permuted", .right), ("z", .right),
      ("equal rates", .right), ("z", .right), ("accuracy", .right), ("permuted", .right), ("z", .right),
    ])
    for lobe in lobes.functional {
      let entries = lobe.comparison.entries
      guard let permuted = entries.first(where: { $0.null == .permutedLabels }),
        let rates = entries.first(where: { $0.null == .equalRates })
      else { continue }
      let (information, ofRates) = (permuted.agreement.mutualInformation, rates.agreement.mutualInformation)
      table.add(
        [lobe.measure.spelling, "\(lobe.division.lobeCount)"] + cells(information)
          + [number(ofRates.mean), number(ofRates.z)] + cells(permuted.accuracy))
    }
    return lines + table.lines
  }

  private var tasks: [String] {
    var table = TextTable(
      [("lobes by", .left)] + GeometryHeadline.columns(null: "permuted") + [("equal rates", .right), ("z", .right)])
    var isEmpty = true
    for division in findings.lobes.divisions {
      guard let agreement = division.agreement, let rates = division.agreementOfRates else { continue }
      isEmpty = false
      let ofRates = rates.mutualInformation
      table.add([division.name] + cells(agreement.mutualInformation) + [number(ofRates.mean), number(ofRates.z)])
    }
    return isEmpty
      ? []
      : ["Lobes and the group of documents that each point fires on most: adjusted mutual information"] + table.lines
  }

  private var crystals: [String] {
    guard let crystals = findings.crystals else { return [] }
    var table = TextTable([
      ("relation", .left), ("pairs", .right), ("cosine before", .right), ("after", .right), ("gain", .right),
      ("by chance", .right),
      ("z", .right), ("p", .right),
    ])
    let entries = crystals.entries.prefix(GeometryHeadline.relationLimit)
    for entry in entries {
      let (cosine, gain) = (entry.cosine, entry.cosine.gain)
      table.add([
        entry.name.shown(limit: 28), "\(entry.pairCount)", number(cosine.before.value), number(cosine.after.value),
        number(gain.value), number(gain.mean), number(gain.z), gain.chance.text(number),
      ])
    }
    let rest = crystals.entries.count - entries.count
    return ["Crystals: how parallel held-out pairs are, before and after discriminant analysis"] + table.lines
      + (rest > 0 ? ["  and \(rest) more relations"] : [])
  }

  private var parallelograms: [String] {
    guard let found = findings.parallelograms else { return [] }
    var table = TextTable([("", .left)] + GeometryHeadline.columns(null: "matched"))
    table.add(["mean deviation of the best \(found.quadruples.count)"] + cells(found.deviation))
    table.add(["flat ones refused among the nearest"] + cells(found.flatCount))
    return [
      "Crystals without labels: parallelograms among \(found.pairCount.grouped) pairs of points, beside normal clouds "
        + "of the same covariance"
    ] + table.lines
  }

  private var sentences: [String] {
    let sentences = findings.groups.flatMap(\.findings)
    return sentences.isEmpty ? [] : ["Findings"] + SentenceList(sentences).lines
  }

  // MARK: Words

  private static func columns(null: String) -> [(title: String, alignment: TextTable.Alignment)] {
    [("value", .right), (null, .right), ("z", .right)]
  }

  private func cells(_ comparison: NullComparison) -> [String] {
    [comparison.value, comparison.mean, comparison.z].map(number)
  }

  private func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    switch abs(value) {
    case 1e15...: return String(format: "%.3g", value)
    case 1000...: return Int(value.rounded()).grouped
    case 0.001...: return String(format: "%.3g", value)
    default: return String(format: "%.4f", value)
    }
  }
}

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
    let blocks = [cloud, galaxy, lobes, tasks, crystals, parallelograms]
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
    return [size] + (findings.point.map { [sentence($0)] } ?? []) + arithmetic
  }

  private func sentence(_ point: MutantPoint) -> String {
    switch point {
    case .response:
      "Mutants are points by their response: what later blocks answered, their own shift taken off"
    case .direction:
      "Mutants are points by their direction: the whole shift of the residual stream, their own with it"
    }
  }

  private var arithmetic: [String] {
    guard let span = findings.arithmetic else { return [] }
    let share = span.share
    return [
      """
      \(percent(share.value)) % of the variance lies in \(span.rank) of \(span.dimension) directions, the row blocks \
      of o and down, where
        a constant region adds by arithmetic alone (components permuted: \(percent(share.mean)) %, \
      z \(number(share.z)), \
      \(chance(share)))
      """
    ]
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
    let spectrum = [matched.slope, matched.participation, matched.entropyDimension]
    return ["The galaxy, beside normal clouds of the same covariance (matched) and of even spread (isotropic)"]
      + table.lines + [verdict(spectrum)] + (galaxy.clustering.map { [verdict($0)] } ?? [])
  }

  /// A cloud of the same covariance has nearly the same spectrum, so that these differ only where no normal points have
  /// it.
  private func verdict(_ spectrum: [NullComparison]) -> String {
    spectrum.contains(where: \.isBeyond)
      ? "No independent normal points have such a spectrum: it is too even, or the points are too few"
      : "In the spectrum nothing is found beyond the covariance"
  }

  private func verdict(_ clustering: ClusteringEntropy) -> String {
    let difference = clustering.difference
    let figures = "z \(number(difference.z)), \(chance(difference))"
    guard difference.isBeyond else { return "In how points gather nothing is found beyond the covariance: \(figures)" }
    return difference.excess > 0
      ? "Points gather beyond the covariance, by \(number(clustering.correctedPerComponent)) nats a component: "
        + "\(figures)"
      : "Points keep apart more than normal ones of this covariance: \(figures)"
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
    let figures = "z \(number(found.deviation.z)), \(chance(found.deviation))"
    let isNearer = found.deviation.isBeyond && found.deviation.excess < 0
    return [
      "Crystals without labels: parallelograms among \(found.pairCount.grouped) pairs of points, beside normal clouds "
        + "of the same covariance"
    ] + table.lines + [
      isNearer
        ? "They are nearer to parallelograms than those of their like, as they may be where points gather: \(figures)"
        : "No parallelograms are found beyond the covariance: \(figures)"
    ]
  }

  // MARK: Words

  private static func columns(null: String) -> [(title: String, alignment: TextTable.Alignment)] {
    [("value", .right), (null, .right), ("z", .right)]
  }

  private func cells(_ comparison: NullComparison) -> [String] {
    [comparison.value, comparison.mean, comparison.z].map(number)
  }

  private func chance(_ comparison: NullComparison) -> String { "p " + comparison.chance.text(number) }

  private func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }

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

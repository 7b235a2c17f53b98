import Foundation
import Geometry
import LinearAlgebra
import Testing
import TestSupport

/// Spectra, entropies and discriminant analysis against NumPy, SciPy and scikit-learn: Fixtures/galaxy.py made the
/// values.
struct GalaxyReferenceTests {
  private struct Reference: Decodable {
    struct Spectrum: Decodable {
      let dimension, first, last: Int
      let points, eigenvalues, law, effective: [Double]
    }
    struct Law: Decodable {
      let count, dimension: Int
      let variance, zero: Double
      let edges, places, densities, below, shares, quantiles: [Double]
    }
    struct Entropy: Decodable {
      let neighbours, dimension: Int
      let distances: [Double]
      let entropy: Double
    }
    struct Discriminant: Decodable {
      let shrinkage: Double
      let dimension: Int
      let points, eigenvalues, scalings: [Double]
      let labels: [Int32]
    }

    let spectra: [Spectrum]
    let marchenkoPastur: [Law]
    let entropies: [Entropy]
    let discriminants: [Discriminant]
  }

  private let reference: Reference

  init() throws {
    let path = URL(fileURLWithPath: Places.root + "/Tests/GeometryTests/Fixtures/galaxy.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    reference = try decoder.decode(Reference.self, from: Data(contentsOf: path))
  }

  private func areNear(_ values: [Double], _ expected: [Double], _ tolerance: Double = 1e-9) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test func spectra() throws {
    for spectrum in reference.spectra {
      let cloud = PointCloud(dimension: spectrum.dimension, values: spectrum.points.map(Float.init))
      let components = try PrincipalComponents(cloud)
      #expect(areNear(components.eigenvalues, spectrum.eigenvalues))
      let law = try #require(PowerLaw(components.eigenvalues, ranks: spectrum.first...spectrum.last))
      #expect(areNear([law.slope, law.intercept, law.slopeError, law.determination], spectrum.law))
      let dimension = EffectiveDimension(components.eigenvalues)
      #expect(areNear([dimension.participation, dimension.entropy], spectrum.effective))
      // Scores along components vary as their eigenvalues say, and not together.
      let scores = components.scores(of: cloud, components: components.rank)
      let products = scores.transposeTimes(scores).values.map { $0 / Double(cloud.count - 1) }
      #expect(areNear(products, DoubleMatrix(diagonal: spectrum.eigenvalues).values))
    }
  }

  @Test func marchenkoPastur() {
    for expected in reference.marchenkoPastur {
      let law = MarchenkoPastur(count: expected.count, dimension: expected.dimension, variance: expected.variance)
      #expect(areNear([law.edges.lowerBound, law.edges.upperBound], expected.edges))
      #expect(areNear([law.shareAtZero], [expected.zero]))
      #expect(areNear(expected.places.map(law.density), expected.densities))
      #expect(areNear(expected.places.map { law.share(upTo: $0) }, expected.below))
      #expect(areNear(expected.shares.map(law.quantile), expected.quantiles))
    }
  }

  @Test func entropies() {
    for expected in reference.entropies {
      let value = ClusteringEntropy.entropy(
        distances: expected.distances, neighbourCount: expected.neighbours, dimension: expected.dimension)
      #expect(areNear([value], [expected.entropy]))
    }
  }

  @Test func discriminants() throws {
    for expected in reference.discriminants {
      let rows = expected.points.count / expected.dimension
      let points = DoubleMatrix(rows: rows, columns: expected.dimension, values: expected.points)
      let shrinkage: Shrinkage =
        expected.shrinkage == -1 ? .none : expected.shrinkage == -2 ? .ledoitWolf : .share(expected.shrinkage)
      let analysis = try DiscriminantAnalysis(points, labels: expected.labels, shrinkage: shrinkage)
      #expect(areNear(analysis.eigenvalues, expected.eigenvalues))
      // Directions but for their signs.
      let scalings = DoubleMatrix(
        rows: expected.dimension, columns: expected.eigenvalues.count, values: expected.scalings)
      for column in 0..<scalings.columns {
        let (own, other) = (analysis.directions[column: column], scalings[column: column])
        let sign = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
        #expect(areNear(own, other.map { sign * $0 }, 1e-7))
      }
    }
  }
}

import LinearAlgebra
import Training
import Transformer

/// An edit that puts something else in the place of the activations of a site, from one position of each row on.
struct Splice: Hook {
  /// What is put there.
  enum Content {
    /// A zero for every number.
    case zero
    /// One vector everywhere, `[width]`.
    case constant([Float])
    /// What an autoencoder makes of the activations.
    case reconstruction(Autoencoder, AutoencoderPass)
  }

  private let site: Site
  private let layer: Int
  private let firstPosition: Int
  private let content: Content

  init(_ site: ActivationSite, _ content: Content) {
    (self.site, layer, self.content) = (site.site, site.layer, content)
    firstPosition = site.ground.firstCounted
  }

  func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(site)] : [] }

  func visit(_ visit: Visit) {
    for range in visit.ranges where range.count > firstPosition {
      replace(visit.values[rows: range.lowerBound + firstPosition..<range.upperBound])
    }
  }

  private func replace(_ values: MutableMatrixView) {
    switch content {
    case .zero: for row in 0..<values.rows { values.row(row).update(repeating: 0, count: values.columns) }
    case .constant(let vector):
      for row in 0..<values.rows {
        for (place, value) in vector.enumerated() { values[row, place] = value }
      }
    case .reconstruction(let autoencoder, let pass):
      for start in stride(from: 0, to: values.rows, by: pass.capacity) {
        let part = values[rows: start..<min(start + pass.capacity, values.rows)]
        pass.run(autoencoder, part.reading)
        for row in 0..<part.rows { pass.reconstruct(row, over: part.row(row), autoencoder) }
      }
    }
  }
}

import Perturbations
import Transformer

/// What a forecast's file says besides its numbers: what a screen's file says, and how mutants were foretold.
public struct ForecastOutline: Sendable {
  /// Regions of one size that cover whole matrices: what a map shows.
  public struct Grid: Equatable, Sendable {
    /// The size of a region; regions at the edges may be smaller.
    public let size: RegionSize
    /// The layers, counted from 0, ascending.
    public let layers: [Int]
    /// The kinds in canonical order.
    public let kinds: [Kind]
    /// The matrices in canonical order, with the row blocks and column blocks of each.
    public let matrices: [Blocks]

    /// How many regions cover the rows and the columns of a matrix.
    public struct Blocks: Equatable, Sendable {
      /// The matrix.
      public let matrix: WeightMatrix
      /// Blocks of rows.
      public let rows: Int
      /// Blocks of columns.
      public let columns: Int

      /// Takes the blocks of a matrix.
      public init(_ matrix: WeightMatrix, rows: Int, columns: Int) {
        self.matrix = matrix
        self.rows = rows
        self.columns = columns
      }
    }

    /// Takes the regions of a size.
    public init(size: RegionSize, layers: [Int], kinds: [Kind], matrices: [Blocks]) {
      self.size = size
      self.layers = layers
      self.kinds = kinds
      self.matrices = matrices
    }

    /// The name of its group below `/forecast`: `16x16`.
    public var name: String { size.fileName }

    /// Mutations of the whole grid.
    public var mutationCount: Int {
      matrices.reduce(0) { $0 + $1.rows * $1.columns } * layers.count * kinds.count
    }
  }

  /// What the file has in common with a screen's: inputs, baselines, mutations, provenance.
  public let screen: ScreenDescription
  /// Random probes of the second order.
  public let probeCount: Int
  /// The seed of the probes.
  public let seed: UInt64
  /// The maps, by the size of their regions.
  public let grids: [Grid]

  /// Takes what is known before the first number.
  public init(screen: ScreenDescription, probeCount: Int, seed: UInt64, grids: [Grid]) {
    self.screen = screen
    self.probeCount = probeCount
    self.seed = seed
    self.grids = grids
  }

  var title: String {
    "Forecast of \(screen.provenance.modelName): \(screen.mutationCount) mutations, \(screen.inputs.count) inputs, "
      + "\(screen.stepCount) steps, \(probeCount) probes"
  }
}

import LinearAlgebra
import Weights

/// The start of a vision transformer (Dosovitskiy et al. 2021): an image is cut into patches, each of which is
/// multiplied with a matrix; a token of the class stands beside them, and each position adds what it has learned.
///
/// The rows of the residual stream are the patches, row by row of the image, and behind them the token of the class, so
/// that the last row is the one that is read out. Attention sees all rows alike: only the table of positions knows
/// their order, and has the token of the class first.
public struct PatchEmbedding: Sendable {
  /// The names of the tensors behind the model's prefix.
  public struct Names: Sendable {
    let projection: String
    let classToken: String
    let positions: String

    /// The module of the matrix, such as `embeddings.patch_embeddings.projection`, and the names of two tensors.
    public init(projection: String, classToken: String, positions: String) {
      self.projection = projection
      self.classToken = classToken
      self.positions = positions
    }
  }

  /// The names of the tensors.
  let names: Names
  /// Floats of a row: the width of the residual stream.
  public let width: Int
  /// The size of all images.
  public let image: ImageSize
  /// The size of a patch, of as many channels as the images.
  public let patch: ImageSize
  /// How the bytes of pictures become numbers; nil where the files do not say.
  public let scale: PixelScale?

  /// The embedding of images that hold at least one patch.
  public init(_ names: Names, width: Int, image: ImageSize, patch: ImageSize, scale: PixelScale?) {
    precondition(patch.channels == image.channels, "patches have all channels")
    precondition(1...image.height ~= patch.height && 1...image.width ~= patch.width, "an image holds a patch")
    precondition(scale.map { $0.mean.count == image.channels } ?? true, "a scale of each channel")
    self.names = names
    self.width = width
    self.image = image
    self.patch = patch
    self.scale = scale
  }

  /// Patches in a row of patches; what is left of an image behind them is not read.
  var patchesAcross: Int { image.width / patch.width }
  /// The patches of an image.
  public var patchCount: Int { image.height / patch.height * patchesAcross }
  /// The rows of the residual stream: the patches and the token of the class.
  public var positionCount: Int { patchCount + 1 }

  // MARK: Tensors

  var tensor: StepTensor {
    StepTensor(names.projection + ".weight", [width, patch.channels, patch.height, patch.width])
  }

  var otherTensors: [StepTensor] {
    [
      StepTensor(names.projection + ".bias", [width], neutral: 0),
      StepTensor(names.classToken, [1, 1, width], neutral: 0), positionTensor,
    ]
  }

  var positionTensor: StepTensor { StepTensor(names.positions, [1, positionCount, width]) }

  // MARK: Patches

  /// Puts the patches of an image into rows, `[patches, channel · row · column]`.
  func cut(_ image: Image, into rows: MutableMatrixView) {
    precondition(image.size == self.image && rows.rows == patchCount, "an image of the model's size")
    image.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for number in 0..<patchCount {
        let (down, across) = number.quotientAndRemainder(dividingBy: patchesAcross)
        var target = rows.row(number)
        for channel in 0..<patch.channels {
          for row in 0..<patch.height {
            let line = (channel * self.image.height + down * patch.height + row) * self.image.width
            target.update(from: base + line + across * patch.width, count: patch.width)
            target += patch.width
          }
        }
      }
    }
  }
}

/// The vectors of a patch embedding, and its matrix as products take it.
struct PatchWeights {
  /// The matrix with its bias, `[width, channel · row · column]`.
  let projection: Projection
  /// The token of the class, `[width]`.
  let classToken: [Float]
}

extension ForwardPass {
  /// Puts what an image begins with into rows, `[positions, hidden]`.
  func embed(_ image: Image, into rows: MutableMatrixView) {
    guard let embedding = shape.embedding.patches, let weights = model.patchWeights, let table = model.positionTable
    else { preconditionFailure("a model that reads images") }
    precondition(rows.rows == embedding.positionCount, "a row for each position")
    let (width, last) = (embedding.width, embedding.patchCount)
    let patches = Matrix(rows: embedding.patchCount, columns: embedding.patch.valueCount)
    embedding.cut(image, into: patches.view)
    operations.addProduct(rows: patches.rows, outputs: width, inputs: patches.columns)
    weights.projection.multiply(patches.view.reading, into: rows[rows: 0..<last], in: workspace)
    weights.classToken.withUnsafeBufferPointer { token in
      if let token = token.baseAddress { rows.row(last).update(from: token, count: width) }
    }
    let position = Matrix(rows: 1, columns: width)
    for row in 0..<rows.rows {
      // The table has the token of the class first.
      let place = row == last ? 0 : row + 1
      table.widen(rows: 0..<1, columns: place * width..<(place + 1) * width, into: position.view.base)
      rows[rows: row..<row + 1].add(position.view.reading)
    }
  }
}

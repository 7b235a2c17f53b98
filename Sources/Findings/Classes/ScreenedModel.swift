import Archive
import Hosts
import MessagePassing
import Transformer
import Weights

/// The model that was screened, without a mask, opened again, and the prompts that it was given.
public struct ScreenedModel {
  let model: Model
  /// The tokens of each input's prompt.
  let prompts: [[Int32]]

  /// Takes a model of whose vocabulary all tokens are.
  public init(_ model: Model, prompts: [[Int32]]) {
    self.model = model
    self.prompts = prompts
  }

  /// Opens a Hugging Face folder, a GGUF file or a llama2.c file; an error unless it has the very weights that a
  /// results file was made with, or if units of it were zero then.
  ///
  /// Reads all weights once for their hash, on the first rank. Collective.
  public init(path: String, of file: borrowing ResultsFile, communicator: Communicator? = nil) throws {
    let outcome = Result { try ScreenedModel.open(path, file, checking: communicator?.rank ?? 0 == 0) }
    self = try Sharing(communicator).agree { try outcome.get() }
  }

  private static func open(
    _ path: String, _ file: borrowing ResultsFile, checking: Bool
  ) throws -> ScreenedModel {
    let shape = try HostShape.load(path: path)
    try shape.checkReadsTexts(path, "the analysis by states is one of continuations; leave out --model")
    let checkpoint = try Checkpoint(path: path)
    let provenance = file.summary.provenance
    guard !checking || checkpoint.sha256() == provenance.modelSHA256 else {
      throw FindingsError(
        "cannot analyze \(file.path) with the model \(path): its weights are not those of \(provenance.modelName), "
          + "which was screened; name the model of the screen's configuration, unchanged")
    }
    guard provenance.masks.isEmpty else {
      throw FindingsError(
        "cannot analyze \(file.path) with the model \(path): units of the model were zero in the screen, by a mask "
          + "that is not in the file, and its states would be those of another model; leave out --model")
    }
    let vocabularyCount = file.summary.vocabularyCount ?? shape.vocabularyCount
    let prompts = try file.inputs().map(\.tokens)
    guard shape.rowOrder.rawValue == provenance.rowOrder, vocabularyCount == shape.vocabularyCount,
      prompts.joined().allSatisfy({ Int($0) < vocabularyCount })
    else {
      throw FindingsError(
        "cannot analyze \(file.path) with the model \(path): the weights are those of \(provenance.modelName), but its "
          + "configuration has another vocabulary or row order than when it was screened; name it unchanged")
    }
    return ScreenedModel(try Model(shape: shape, checkpoint: checkpoint), prompts: prompts)
  }
}

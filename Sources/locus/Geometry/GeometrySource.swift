import Archive
import Basics
import Clouds
import Geometry
import Perturbations
import Weights

/// A cloud that was asked for, and where it comes from.
struct GeometrySource {
  /// The file that the analysis is named after.
  let path: String
  let cloud: Cloud
  /// The mutation behind each point; empty where points are no mutants.
  var mutations: [Mutation] = []
  /// What mutants are points by; nil for other clouds.
  var point: MutantPoint?
  /// Components of the model's residual stream, if known.
  var hiddenSize: Int?
  /// Whether they would be points by something else, had the file recorded it.
  var lacksResponse = false
  /// Whether the points may be the other axis, as MATLAB keeps a matrix transposed.
  var isTransposed = false
  /// The hash of the screen's plan; empty where points are no mutants.
  var planSHA256 = ""

  // MARK: Files

  /// The points of a file, whose kind is recognized by its bytes.
  static func read(_ path: String, as rows: RowOptions, point: MutantPoint? = nil) throws -> GeometrySource {
    let kind = FileKind(path: path)
    let isResults = kind == .hdf5 && ResultsFile.isResults(path)
    guard point == nil || (isResults && rows.dataset == nil) else {
      throw CommandError(
        "cannot take another point of \(path): --point is for the mutants of a results file; leave it out")
    }
    let source = PointSource(path: path, labels: rows.labels, firings: rows.firings, relations: rows.relations)
    switch kind {
    case .hdf5:
      if let dataset = rows.dataset { return try read(dataset, of: source, transposing: rows.columns) }
      guard isResults else { throw unchosen(path) }
      return try mutants(path, rows, point)
    case .json: return GeometrySource(path: path, cloud: try WordVectorCloud(source).cloud)
    case .tokenizer, .modelConfiguration, .tensorIndex:
      // Words may be called as the members of such files are.
      guard let words = try? WordVectorCloud(source) else { throw foreign(path, kind) }
      return GeometrySource(path: path, cloud: words.cloud)
    case .safetensors, .numpyArray, .numpyArchive, .torch:
      let cloud = try TensorCloud(source, tensor: rows.tensor, transposing: rows.columns).cloud
      return GeometrySource(path: path, cloud: cloud)
    case .folder:
      throw CommandError("cannot read the points of \(path): it is a folder; name a safetensors file in it")
    case .absent:
      // Its error says so where a screen is not finished yet.
      try ResultsFile(path: path).close()
      throw foreign(path, kind)
    default: throw foreign(path, kind)
    }
  }

  private static func foreign(_ path: String, _ kind: FileKind) -> CommandError {
    CommandError(
      "cannot read the points of \(path): it is \(kind.phrase), and no HDF5, safetensors, .npy, .npz or JSON file; "
        + (kind.remedy ?? "name a file of points"))
  }

  /// The mutants of a results file.
  private static func mutants(_ path: String, _ rows: RowOptions, _ point: MutantPoint?) throws -> GeometrySource {
    guard !rows.isUsed else {
      throw CommandError(
        "cannot read \(path) by rows: it is a results file, whose points are its mutants; give it no other option than "
          + "--dataset")
    }
    let file = try ResultsFile(path: path)
    let screen = try ScreenCloud(file, point: point)
    let plan = file.summary.provenance.planSHA256
    try file.close()
    return GeometrySource(
      path: path, cloud: screen.cloud, mutations: screen.mutations, point: screen.point, hiddenSize: screen.hiddenSize,
      lacksResponse: point == nil && screen.point == .direction, planSHA256: plan)
  }

  private static func read(
    _ dataset: String, of source: PointSource, transposing: Bool
  ) throws -> GeometrySource {
    let read = try DatasetCloud(source, dataset: dataset, transposing: transposing)
    return GeometrySource(
      path: source.path, cloud: read.cloud, isTransposed: read.isMatlab && !transposing)
  }

  /// Why the points of an HDF5 file are not known.
  private static func unchosen(_ path: String) -> CommandError {
    guard let analysis = try? AnalysisFile(path: path) else {
      return CommandError(
        "cannot choose the points of \(path): it is an HDF5 file and no results file; name the dataset of the points "
          + "with --dataset")
    }
    return CommandError(
      "cannot choose the points of \(path): it is an analysis and no cloud; name the file that it was made of, "
        + "\(analysis.provenance.source), or one of its datasets with --dataset")
  }

  // MARK: Warnings

  /// What was left out of the cloud, a sentence each.
  var warnings: [String] {
    let losses = cloud.losses
    let points = "of \(losses.pointCount.grouped) points"
    let lack =
      "the file records no responses, so that mutants are points by their whole direction, their own shift with it; "
      + "screen again to have what later blocks answered"
    let axes =
      "MATLAB keeps a matrix transposed, so that the points are its columns; give --columns if its rows are the points"
    return (lacksResponse ? [lack] : []) + (isTransposed ? [axes] : [])
      + [
        (losses.zero, "\(points) are zero vectors and are left out"),
        (losses.notFinite, "\(points) have components that are not finite and are left out"),
        (losses.neverFiring, "\(points) fire on no document and are left out"),
        (losses.duplicates, "points equal an earlier one and stay"),
        (losses.missingPairs, "pairs of relations have no point for one of their words and are left out"),
      ].filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
  }
}

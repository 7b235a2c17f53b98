import Archive
import Basics
import Geometry
import Perturbations

/// The mutants of a results file as points: what each does to the residual stream, and on which inputs it is not
/// silent.
public struct ScreenCloud: Sendable {
  /// Verdicts and components read at a time: some megabytes.
  private static let slabValues = 1 << 20

  /// Features are mutants, documents are inputs with their tasks.
  public let cloud: Cloud
  /// The mutation behind each point of the cloud.
  public let mutations: [Mutation]
  /// What the points are.
  public let point: MutantPoint
  /// Components of the model's residual stream; nil where the file does not say.
  public let hiddenSize: Int?

  /// Reads a file of a whole screen; only mutants that have a place in the cloud are kept in memory, and pairs of
  /// mutations have none. Points are responses where nothing is asked for and the file has them.
  public init(_ file: borrowing ResultsFile, point wanted: MutantPoint? = nil) throws {
    let (summary, path) = (file.summary, file.path)
    try file.checkIsNoPart("analyze")
    guard summary.componentCount > 0 else {
      throw CloudsError(
        "cannot analyze the geometry of \(path): it records no directions; screen again with record.direction")
    }
    guard wanted != .response || summary.recording.response else {
      throw CloudsError(
        "cannot take the responses of \(path) as points: it records none; screen again with record.response, or take "
          + "--point direction"
      )
    }
    try file.checkLayers("analyze the geometry of")
    point = wanted ?? (summary.recording.response ? .response : .direction)
    hiddenSize = summary.shapes?.shape(of: .o)?.rows
    let inputCount = summary.inputCount
    var builder = CloudBuilder(path: path, dimension: summary.componentCount, documentCount: inputCount)
    var mutations: [Mutation] = []
    let rows = max(1, ScreenCloud.slabValues / max(inputCount + summary.componentCount, 1))
    for start in stride(from: 0, to: summary.layeredCount, by: rows) {
      let slab = start..<min(start + rows, summary.layeredCount)
      let listed = try file.mutationList(slab)
      let changes = try file.values(\.firstChange, slab)
      let points = try file.points(point, slab) ?? []
      for (index, mutation) in listed.enumerated() {
        let verdicts = changes[index * inputCount..<(index + 1) * inputCount]
        let documents = zip(Int32(0)..., verdicts).filter { $0.1 >= 0 }.map(\.0)
        let point = points[index * summary.componentCount..<(index + 1) * summary.componentCount]
        if builder.add(point, documents: documents) { mutations.append(mutation) }
      }
    }
    self.mutations = mutations
    cloud = try builder.cloud(
      layers: mutations.map(\.region.layer),
      documents: Cloud.Documents(
        names: summary.ids.map(\.withoutZeros), groups: summary.tasks.map(\.withoutZeros)))
  }
}

import Archive
import Inputs
import Perturbations

/// The results file of a part of a screen.
struct PartFile {
  let path: String
  let description: ScreenDescription
  let place: Provenance.Part
  let unitSeconds: [Double]
  let unitRanks: [Int32]

  /// Reads all but the rows.
  init(path: String) throws {
    let file = try ResultsFile(path: path)
    guard let place = file.summary.provenance.part else {
      throw ScreenError(
        "cannot gather \(path): it is the result of a whole screen, not of a part; name files that "
          + "locus screen --part wrote")
    }
    self.path = path
    self.place = place
    description = try file.description()
    unitSeconds = try file.unitSeconds()
    unitRanks = try file.unitRanks()
    try file.close()
  }

  /// The positions of its mutations in the plan.
  var positions: Range<Int> { place.firstMutation..<place.firstMutation + description.mutationCount }

  /// The part as people write it: `2/8`.
  var name: String { "\(place.index)/\(place.count)" }

  /// Reads the rows of these positions of the plan, which are among its own.
  ///
  /// The file is opened each time: a thousand parts would be more open files than a process may have.
  func read(_ positions: Range<Int>) throws -> (table: Phenotypes, mutations: [Mutation]) {
    let file = try ResultsFile(path: path)
    let first = place.firstMutation
    let rows = positions.lowerBound - first..<positions.upperBound - first
    let found = (try file.phenotypes(rows), try file.mutationList(rows))
    try file.close()
    return found
  }

  /// Throws unless both are parts of one division of one plan, with one baseline.
  func check(with other: PartFile) throws {
    let (own, others) = (description.provenance, other.description.provenance)
    let attempt = "cannot gather \(path) with \(other.path)"
    guard own.planSHA256 == others.planSHA256, own.modelSHA256 == others.modelSHA256,
      place.planMutationCount == other.place.planMutationCount, hasColumns(of: other)
    else {
      throw ScreenError(
        "\(attempt): they are of different plans (\(own.modelName), \(own.created), and \(others.modelName), "
          + "\(others.created)); name the parts of one")
    }
    guard place.count == other.place.count else {
      throw ScreenError(
        "\(attempt): one is part \(name) and the other part \(other.name); name the parts of one division")
    }
    guard description.baseline.map(\.tokens) == other.description.baseline.map(\.tokens) else {
      throw ScreenError(
        "\(attempt): the model without a mutation says one thing in the one (\(own.instructionSet) kernels) and "
          + "another in the other (\(others.instructionSet) kernels); run one of them again on a machine like the "
          + "other's")
    }
  }

  private func hasColumns(of other: PartFile) -> Bool {
    description.inputs.map(\.id) == other.description.inputs.map(\.id)
      && description.stepCount == other.description.stepCount
      && description.componentCount == other.description.componentCount
      && description.recording == other.description.recording
      && description.hasTextStrings == other.description.hasTextStrings
      && description.vocabulary == other.description.vocabulary
  }
}

import Archive
import Inputs
import MessagePassing
import Perturbations
import Runs

/// Joins the results files of all parts of a screen into that of the whole, which is the file of an undivided run.
public struct PartsGathering {
  /// The parts in the plan's order.
  private let parts: [PartFile]
  /// Description of the joined screen.
  private let description: ScreenDescription

  /// Bytes of rows that a rank holds at a time.
  public static let usualRoundBytes = Gathering.roundBytes

  /// The number of parts.
  public var partCount: Int { parts.count }
  /// Mutations of the joined screen.
  public var mutationCount: Int { description.mutationCount }
  /// Its inputs.
  public var inputCount: Int { description.inputs.count }

  // MARK: Reading

  /// Reads all but the rows of the parts, which may come in any order, and checks that they make up one screen.
  public init(paths: [String]) throws {
    var found: [PartFile] = []
    for path in paths {
      let part = try PartFile(path: path)
      if let first = found.first { try part.check(with: first) }
      found.append(part)
    }
    found.sort { $0.place.index < $1.place.index }
    guard let first = found.first else { throw ScreenError("cannot gather nothing; name the files of all parts") }
    try PartsGathering.checkEachOnce(found, of: first.place.count)
    try PartsGathering.checkPositions(found, of: first.place.planMutationCount)
    parts = found
    var whole = first.description
    whole.mutationCount = first.place.planMutationCount
    whole.unitCount = found.reduce(0) { $0 + $1.description.unitCount }
    whole.provenance.part = nil
    description = whole
  }

  /// Rank 0 reads first, so that what is wrong is said once; then all others read the same. Collective.
  public static func open(paths: [String], communicator: Communicator) throws -> PartsGathering {
    let first = try communicator.agree { communicator.rank == 0 ? try PartsGathering(paths: paths) : nil }
    return try communicator.agree { try first ?? PartsGathering(paths: paths) }
  }

  private static func checkEachOnce(_ parts: [PartFile], of count: Int) throws {
    for (part, next) in zip(parts, parts.dropFirst()) where part.place.index == next.place.index {
      throw ScreenError("cannot gather \(part.path) and \(next.path): both are part \(part.name); name each part once")
    }
    let missing = Set(1...count).subtracting(parts.map(\.place.index)).sorted()
    guard missing.isEmpty else {
      let shown = missing.prefix(8).map { "\($0)/\(count)" }.joined(separator: ", ") + (missing.count > 8 ? ", …" : "")
      throw ScreenError("cannot gather \(parts.count) of \(count) parts: \(shown) missing; name the files of all parts")
    }
  }

  /// Throws unless each part begins where the one before it ends.
  private static func checkPositions(_ parts: [PartFile], of mutationCount: Int) throws {
    var end = 0
    var before = "the beginning"
    for part in parts {
      guard part.positions.lowerBound == end else {
        let problem = part.positions.lowerBound < end ? "overlaps" : "leaves out mutations after"
        throw ScreenError(
          "cannot gather \(part.path): it begins at mutation \(part.positions.lowerBound) of the plan and \(problem) "
            + "\(before), which ends at \(end); run part \(part.name) again")
      }
      end = part.positions.upperBound
      before = part.path
    }
    guard end == mutationCount else {
      throw ScreenError(
        "cannot gather up to \(before): it ends at mutation \(end) of the plan's \(mutationCount); run that part again")
    }
  }

  // MARK: Writing

  /// A place that is claimed for the whole.
  public struct Output {
    let place: OutputPlace
    /// Rank 0's.
    let lock: OutputLock?
  }

  /// Claims the place of the whole; nil if the finished whole is there already. Throws if something else is there that
  /// is not to be replaced, if somebody else writes it, or if not all ranks see what is written there. Collective.
  public func claim(_ path: String, replacing: Bool, communicator: Communicator) throws -> Output? {
    let target = try communicator.agree { try OutputTarget.resolve(path) }
    let place = OutputPlace(path: target, planSHA256: description.provenance.planSHA256)
    let lock = try communicator.agree {
      guard communicator.rank == 0, try !place.holdsResult(ofPart: nil, replacing: replacing) else {
        return nil as OutputLock?
      }
      return try place.claim()
    }
    guard try communicator.broadcast(lock == nil ? 0 : 1, from: 0) == 1 else { return nil }
    do {
      try place.reserve(communicator)
    } catch {
      if let lock { place.letGo(lock) }
      throw error
    }
    return Output(place: place, lock: lock)
  }

  /// Writes the whole, under a temporary name until it is complete. Collective.
  ///
  /// Each rank reads and writes runs of whole chunks, of about `roundBytes`; memory does not grow with the screen.
  public func write(
    to output: Output, created: String, commandLine: String, communicator: Communicator,
    roundBytes: Int = PartsGathering.usualRoundBytes
  ) throws {
    let place = output.place
    var whole = description
    whole.provenance.created = created
    whole.provenance.commandLine = commandLine
    whole.provenance.ranks = communicator.size
    try place.filling {
      let writer = try ResultsWriter(path: place.temporaryPath, communicator: communicator, description: whole)
      let rounds = RowRounds(communicator: communicator, description: whole, roundBytes: roundBytes)
      try rounds.write(to: writer) { try read($0) }
      try writer.finish(unitSeconds: parts.flatMap(\.unitSeconds), unitRanks: parts.flatMap(\.unitRanks))
    }
    try communicator.agree {
      guard communicator.rank == 0 else { return }
      try place.publish()
      if let lock = output.lock { place.letGo(lock) }
    }
  }

  /// The rows at these positions of the plan, from the parts that have them.
  private func read(_ own: Range<Int>) throws -> (table: Phenotypes, mutations: [Mutation]) {
    var table = description.emptyTable(rows: own.count)
    var mutations: [Mutation] = []
    for part in parts {
      let shared = part.positions.clamped(to: own)
      guard !shared.isEmpty else { continue }
      let found = try part.read(shared)
      table.replaceRows(from: shared.lowerBound - own.lowerBound, with: found.table, rows: 0..<shared.count)
      mutations += found.mutations
    }
    return (table, mutations)
  }
}

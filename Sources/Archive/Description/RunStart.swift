import HDF5

/// One start of a run: a run that was interrupted has several.
public struct RunStart: Equatable, Sendable {
  /// UTC, ISO 8601.
  public let time: String
  /// The command of the start.
  public let commandLine: String
  /// Names with commas between them.
  public let hosts: String
  /// The batch system's number of the job; empty outside of one.
  public let job: String
  /// Its ranks.
  public let ranks: Int
  /// Threads of a rank.
  public let threads: Int
  /// Units that were finished before.
  public let unitsBefore: Int

  /// Takes what is known of a start.
  public init(
    time: String, commandLine: String, hosts: String, job: String, ranks: Int, threads: Int, unitsBefore: Int
  ) {
    self.time = time
    self.commandLine = commandLine
    self.hosts = hosts
    self.job = job
    self.ranks = ranks
    self.threads = threads
    self.unitsBefore = unitsBefore
  }

  /// The group `/start` of so many starts; `noun` says what was started, such as "screen".
  static func layout(count: Int, of noun: String) -> ResultsLayout.GroupLayout {
    let start = Axis(name: "start", length: count)
    func column(_ name: String, _ type: ElementType, _ longName: String) -> Column {
      Column(name: name, type: type, axes: [start], longName: longName)
    }
    return ResultsLayout.GroupLayout(
      name: "start",
      columns: [
        column("time", .text, "when the \(noun) was started, or started again, UTC"),
        column("command_line", .text, "with which command"),
        column("hosts", .text, "hosts of its ranks"),
        column("job", .text, "number of the job in the batch system"),
        column("ranks", .int32, "number of ranks"),
        column("threads", .int32, "threads of a rank"),
        column("units_before", .int32, "units that were finished already"),
      ],
      dimensions: [(start, .index())])
  }
}

extension File {
  /// Writes starts into the group that is there for them; there is none for no start.
  func write(_ starts: [RunStart]) throws {
    guard !starts.isEmpty else { return }
    try dataset("start/time") { try $0.writeWhole(starts.map(\.time)) }
    try dataset("start/command_line") { try $0.writeWhole(starts.map(\.commandLine)) }
    try dataset("start/hosts") { try $0.writeWhole(starts.map(\.hosts)) }
    try dataset("start/job") { try $0.writeWhole(starts.map(\.job)) }
    try dataset("start/ranks") { try $0.writeWhole(starts.map { Int32($0.ranks) }) }
    try dataset("start/threads") { try $0.writeWhole(starts.map { Int32($0.threads) }) }
    try dataset("start/units_before") { try $0.writeWhole(starts.map { Int32($0.unitsBefore) }) }
  }

  /// Reads all starts; none where the file has no group for them.
  func readStarts() throws -> [RunStart] {
    guard try kind(ofMember: "start") != nil else { return [] }
    func texts(_ name: String) throws -> [String] {
      var texts: [String] = []
      try dataset("start/\(name)") { texts = try $0.readStrings() }
      return texts
    }
    func numbers(_ name: String) throws -> [Int] {
      var numbers: [Int] = []
      try dataset("start/\(name)") { numbers = try $0.read(Int32.self).map(Int.init) }
      return numbers
    }
    let (times, commands) = (try texts("time"), try texts("command_line"))
    let (hosts, jobs) = (try texts("hosts"), try texts("job"))
    let (ranks, threads, before) = (try numbers("ranks"), try numbers("threads"), try numbers("units_before"))
    let lengths = [times.count, commands.count, hosts.count, jobs.count, ranks.count, threads.count, before.count]
    guard Set(lengths).count == 1 else {
      throw ArchiveError("cannot read \(path): the columns of /start are of different lengths; the file is damaged")
    }
    return times.indices.map {
      RunStart(
        time: times[$0], commandLine: commands[$0], hosts: hosts[$0], job: jobs[$0], ranks: ranks[$0],
        threads: threads[$0], unitsBefore: before[$0])
    }
  }
}

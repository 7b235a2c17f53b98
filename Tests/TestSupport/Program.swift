import Foundation

/// Another program, run without what MPI may have left in this process's environment.
public struct Program {
  /// How a program ended and what it wrote.
  public struct Outcome {
    /// What a shell would say: the exit status, or 128 and the signal that ended it.
    public let status: Int32
    /// Everything it wrote to standard output.
    public let output: String
    /// Everything it wrote to standard error.
    public let errors: String
  }

  /// The executable's path.
  public let path: String

  /// Names the executable at `path`; whether it is there is seen when it is run.
  public init(_ path: String) { self.path = path }

  /// A program of the system by its name; nil if it is not installed.
  public static func named(_ name: String) -> Program? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }.map(Program.init)
  }

  /// Whether a program of this name is installed.
  public static func isInstalled(_ name: String) -> Bool { named(name) != nil }

  /// Whether tests that need a program of this name are run: it is installed, or must be because everything must pass
  /// here (`LOCUS_CI`).
  public static func isExpected(_ name: String) -> Bool {
    isInstalled(name) || ProcessInfo.processInfo.environment["LOCUS_CI"] != nil
  }

  /// The `locus` that was built with the tests.
  public static var locus: Program {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("locus").path
    let isThere = FileManager.default.isExecutableFile(atPath: beside)
    return Program(isThere ? beside : Places.root + "/.build/release/locus")
  }

  /// Runs to the end.
  public func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try start(arguments, environment: environment).wait()
  }

  /// Starts it and does not wait.
  ///
  /// Not by Foundation's Process: it learns of the end from a socket that a daemon of MPI, started meanwhile, may
  /// inherit.
  public func start(_ arguments: [String], environment changes: [String: String] = [:]) throws -> RunningProgram {
    // Files, not pipes: a full pipe would stop a program that nobody reads from.
    let folder = try Places.makeTemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, name) in ["output", "errors"].enumerated() {
      posix_spawn_file_actions_addopen(&actions, Int32(descriptor + 1), "\(folder)/\(name)", O_WRONLY | O_CREAT, 0o600)
    }
    guard let child = spawn(arguments, environment: changes, actions: &actions, flags: Int16(POSIX_SPAWN_SETSIGMASK))
    else {
      try FileManager.default.removeItem(atPath: folder)
      throw CocoaError(.executableLoad)
    }
    return RunningProgram(process: child, folder: folder)
  }

  /// Starts a process whose signals are not blocked, in this process's environment but for `changes`; nil if that
  /// fails.
  func spawn(
    _ arguments: [String], environment changes: [String: String], actions: inout posix_spawn_file_actions_t,
    flags: Int16
  ) -> pid_t? {
    let environment = ProcessInfo.processInfo.environment.filter { key, _ in
      !["OMPI_", "PMIX_", "PRTE_", "ORTE_", "HDF5_USE"].contains { key.hasPrefix($0) }
    }.merging(changes) { $1 }
    // Test runners block signals on their threads, and a program would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, flags)
    var child: pid_t = 0
    let failure = withStrings([path] + arguments) { argument in
      withStrings(environment.map { "\($0)=\($1)" }) { posix_spawn(&child, path, &actions, &attributes, argument, $0) }
    }
    return failure == 0 ? child : nil
  }

  /// Calls `body` with the strings as C wants them: pointers, and a null pointer behind the last.
  private func withStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there is a null pointer at least") }
      return body(base)
    }
  }

  /// Runs on `ranks` ranks of mpirun, as root too and on fewer cores; nil ranks: without mpirun.
  public func run(ranks: Int?, _ arguments: [String]) throws -> Outcome {
    try start(ranks: ranks, arguments).wait()
  }

  /// Starts it on `ranks` ranks of mpirun; nil ranks: without mpirun.
  public func start(ranks: Int?, _ arguments: [String]) throws -> RunningProgram {
    guard let ranks else { return try start(arguments) }
    guard let launcher = Program.named("mpirun") else { throw CocoaError(.fileNoSuchFile) }
    return try launcher.start(["-n", "\(ranks)", path] + arguments, environment: Program.launcherEnvironment)
  }

  /// What lets mpirun run as root, and on fewer cores than ranks.
  static let launcherEnvironment = [
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
  ]
}

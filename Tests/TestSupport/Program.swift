import Foundation

/// Another program, run without what MPI may have left in this process's environment.
public struct Program {
  public struct Outcome {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  public let path: String

  public init(_ path: String) { self.path = path }

  /// A program of the system by its name; nil if it is not installed.
  public static func named(_ name: String) -> Program? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }.map(Program.init)
  }

  /// Whether a program of this name is installed.
  public static func isInstalled(_ name: String) -> Bool { named(name) != nil }

  /// The `locus` that was built with the tests.
  public static var locus: Program {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("locus").path
    let isThere = FileManager.default.isExecutableFile(atPath: beside)
    return Program(isThere ? beside : Places.root + "/.build/release/locus")
  }

  /// Runs to the end.
  public func run(_ arguments: [String], environment changes: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { key, _ in
      !["OMPI_", "PMIX_", "PRTE_", "ORTE_"].contains { key.hasPrefix($0) }
    }.merging(changes) { $1 }
    // Files, not pipes: a full pipe would stop a program that nobody reads from.
    return try Places.withTemporaryFolder { folder in
      let names = ["output", "errors"].map { folder + "/" + $0 }
      let files = try names.map { name in
        try Data().write(to: URL(fileURLWithPath: name))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: name))
      }
      process.standardOutput = files[0]
      process.standardError = files[1]
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let texts = try names.map { try String(contentsOf: URL(fileURLWithPath: $0), encoding: .utf8) }
      return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
  }

  /// Runs on `ranks` ranks of mpirun, as root too and on fewer cores; nil ranks: without mpirun.
  public func run(ranks: Int?, _ arguments: [String]) throws -> Outcome {
    guard let ranks else { return try run(arguments) }
    guard let launcher = Program.named("mpirun") else { throw CocoaError(.fileNoSuchFile) }
    return try launcher.run(
      ["-n", "\(ranks)", path] + arguments,
      environment: [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
      ])
  }
}

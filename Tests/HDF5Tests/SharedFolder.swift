import Foundation
import HDF5
import MessagePassing

/// A folder for one test, made by rank 0 and removed by it when all ranks are done with it.
struct SharedFolder {
  let url: URL

  /// Runs `body` with all ranks in one empty folder, and alone with the lock of this process.
  static func run(_ body: (Communicator, SharedFolder) throws -> Void) throws {
    try World.run { (world) throws in
      let own = FileManager.default.temporaryDirectory.appendingPathComponent("hdf5-\(UUID().uuidString)")
      let path = String(decoding: try world.broadcast(Array(own.path.utf8), from: 0), as: UTF8.self)
      let folder = SharedFolder(url: URL(fileURLWithPath: path))
      if world.rank == 0 {
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      }
      try world.barrier()
      try body(world, folder)
      try world.barrier()
      if world.rank == 0 { try FileManager.default.removeItem(at: folder.url) }
    }
  }

  func path(_ name: String) -> String {
    url.appendingPathComponent(name).path
  }
}

/// One of HDF5's tools, which are programs without MPI.
enum Tool {
  static func isInstalled(_ name: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + name)
  }

  /// The exit status and the output of a tool, run without what MPI left in the environment.
  static func run(_ name: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { key, _ in
      !["OMPI_", "PMIX_", "PRTE_", "ORTE_"].contains { key.hasPrefix($0) }
    }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

/// The rows that a rank writes when `count` rows are shared out evenly.
func slab(of count: Int, _ world: Communicator) -> Range<Int> {
  count * world.rank / world.size..<count * (world.rank + 1) / world.size
}

import Foundation
import MessagePassing

/// A folder for one test, made by rank 0 and removed by it when all ranks are done with it.
public struct SharedFolder {
  /// The folder, the same on every rank.
  public let url: URL

  /// Runs `body` with all ranks in one empty folder, and alone with the lock of this process.
  public static func run(_ body: (Communicator, SharedFolder) throws -> Void) throws {
    try World.run { (world) throws in
      let own = FileManager.default.temporaryDirectory.appendingPathComponent("locus-test-\(UUID().uuidString)")
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

  /// The path of `name` in the folder.
  public func path(_ name: String) -> String {
    url.appendingPathComponent(name).path
  }
}

import ArgumentParser
import MessagePassing

extension Failure {
  /// Runs `body` on rank 0 while the others wait; all ranks end with its status. Collective, so `body` must not be.
  static func onFirstRank(of world: Communicator, _ body: () throws -> Void) throws {
    var status = ExitCode.success
    if world.rank == 0 {
      do {
        try body()
      } catch let ended as ExitCode {
        status = ended
      } catch {
        Console.note("locus: \(error)")
        status = .failure
      }
    }
    let shared = try endingJob(of: world) { try world.broadcast(Int64(status.rawValue), from: 0) }
    guard shared == 0 else { throw ExitCode(Int32(truncatingIfNeeded: shared)) }
  }
}

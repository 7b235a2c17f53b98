import ArgumentParser
import CSignals
import Foundation
import MessagePassing
import Screen

/// How commands end when something is wrong.
enum Failure {
  /// The command line, the configuration or an input file is wrong; nothing was started.
  static let badInput = ExitCode(2)

  /// Runs `body`; a failure becomes one sentence and status 2.
  static func checkingInput<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch is FailureElsewhere {
      throw badInput
    } catch let ended as ExitCode {
      // It was said before.
      throw ended
    } catch {
      Console.note("locus: \(error)")
      throw badInput
    }
  }

  /// Runs `body`, which fails on all ranks alike: one says it, and all end with status 2.
  static func checkingAlike<Result>(_ communicator: Communicator, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let ended as ExitCode {
      throw ended
    } catch {
      if communicator.rank == 0 { Console.note("locus: \(error)") }
      throw badInput
    }
  }

  /// Runs `body`, the work itself; a failing rank says so once and ends the job, because the others may wait for it.
  /// What all ranks find wrong with the input together becomes one sentence and status 2.
  static func endingJob<Result>(of communicator: Communicator, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let unusable as UnusableInput {
      if communicator.rank == 0 { Console.note("locus: \(unusable)") }
      throw badInput
    } catch is FailureElsewhere {
      // The rank that failed has the message and is about to end the job: let it come first.
      sleep(5)
      communicator.abort(status: 1)
    } catch {
      let place = communicator.size > 1 ? "rank \(communicator.rank): " : ""
      Console.note("locus: \(place)\(error)")
      communicator.abort(status: 1)
    }
  }

  /// Runs `body` between MPI's beginning and its end, which come before any exit status.
  static func withSession(_ body: (Communicator) throws -> Void) throws {
    let session = try checkingInput { try startSession() }
    // Files that shrink while they are mapped get a sentence. Only now: Open MPI installs a handler of its own when it
    // starts.
    locus_guard_install()
    var ended: ExitCode?
    do {
      try body(session.world)
    } catch let status as ExitCode {
      ended = status
    } catch let error as OutputError {
      Console.note("locus: \(error)")
      ended = .failure
    }
    try session.finish()
    if let ended { throw ended }
  }

  /// Some builds of MPI start as many worlds of one as the launcher started processes: they would all write one file.
  private static func startSession() throws -> Session {
    let session = try Session()
    if let launched = LaunchEnvironment.current.launchedCount, launched != session.world.size {
      throw CommandError(launched: launched, found: session.world.size)
    }
    return session
  }
}

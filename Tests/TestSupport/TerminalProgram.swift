import Foundation

/// A program on a terminal of its own, as a person runs it; dropped before its end, it is killed.
public final class TerminalProgram {
  /// The id of the process.
  public let process: pid_t
  private let terminal: Int32
  private var bytes: [UInt8] = []
  private var status: Int32?

  fileprivate init(process: pid_t, terminal: Int32) {
    self.process = process
    self.terminal = terminal
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(terminal)
  }

  /// All that has come to the terminal so far.
  public var text: String {
    read()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Types keys, such as Ctrl-C, which is `\u{03}`.
  public func type(_ keys: String) {
    _ = Array(keys.utf8).withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
  }

  /// Waits until `condition` holds; false if the program ended without.
  public func wait(until condition: (TerminalProgram) throws -> Bool) rethrows -> Bool {
    while true {
      let hasEnded = look()
      if try condition(self) { return true }
      if hasEnded { return false }
      usleep(20_000)
    }
  }

  /// Waits for the end; returns what a shell would say: the exit status, or 128 and the signal.
  public func wait() -> Int32 {
    while !look() { usleep(20_000) }
    let status = status ?? 0
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  /// Whether the program has ended; reads what it wrote, for which a full terminal would make it wait.
  private func look() -> Bool {
    read()
    var found: Int32 = 0
    if status == nil, waitpid(process, &found, WNOHANG) == process {
      status = found
      read()
    }
    return status != nil
  }

  private func read() {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Foundation.read(terminal, &piece, piece.count)
      guard count > 0 else { return }
      bytes += piece.prefix(count)
    }
  }
}

extension Program {
  /// Starts it on a terminal of its own, in a session of its own.
  public func startOnTerminal(_ arguments: [String], environment changes: [String: String] = [:]) throws
    -> TerminalProgram
  {
    var (terminal, end): (Int32, Int32) = (0, 0)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&terminal, &end, &name, nil, nil) == 0 else { throw CocoaError(.fileNoSuchFile) }
    // Closed when the program has it, so that its end is seen here.
    defer { close(end) }
    for descriptor in [terminal, end] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes that of the session.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    for descriptor in Int32(1)...2 { posix_spawn_file_actions_adddup2(&actions, 0, descriptor) }
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift does not see
    let flags = Int16(POSIX_SPAWN_SETSIGMASK) | newSession
    guard let process = spawn(arguments, environment: changes, actions: &actions, flags: flags) else {
      close(terminal)
      throw CocoaError(.executableLoad)
    }
    return TerminalProgram(process: process, terminal: terminal)
  }

  /// Starts the program on a terminal with `ranks` ranks of mpirun; without mpirun where `ranks` is nil.
  public func startOnTerminal(ranks: Int?, _ arguments: [String]) throws -> TerminalProgram {
    guard let ranks else { return try startOnTerminal(arguments) }
    guard let launcher = Program.named("mpirun") else { throw CocoaError(.fileNoSuchFile) }
    return try launcher.startOnTerminal(
      ["-n", "\(ranks)", path] + arguments, environment: Program.launcherEnvironment)
  }
}

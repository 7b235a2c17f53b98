import Foundation

/// The process of Open MPI that launched this one.
struct OpenMPILauncher {
  private let process: pid_t

  /// Nil where something else did, or where that is unknown.
  init?() {
    process = getppid()
    let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
    let names = ["orterun", "orted", "prterun", "prte", "prted"]
    guard let program, names.contains(URL(fileURLWithPath: program).lastPathComponent) else { return nil }
  }

  /// Whether its ranks get a SIGCONT only when they are to end.
  ///
  /// To end its ranks it sends them SIGCONT, then SIGTERM, then SIGKILL, a second apart unless set otherwise: heeding
  /// the first doubles the time in which units can end. Where it passes job control on, SIGCONT means what it always
  /// does.
  var announcesTheEnd: Bool {
    let passesJobControl = ProcessInfo.processInfo.environment["OMPI_MCA_orte_forward_job_control"] ?? ""
    return ["", "0", "false"].contains(passesJobControl)
  }

  /// The terminal to which it would write what this process says; nil where it is not on one. Whoever asked closes it.
  ///
  /// Once it is asked to end, it passes nothing on until its ranks are gone.
  func openTerminal() -> OutputStream? {
    let link = "/proc/\(process)/fd/\(STDERR_FILENO)"
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link), path.hasPrefix("/dev/") else {
      return nil
    }
    let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard isatty(descriptor) == 1 else {
      close(descriptor)
      return nil
    }
    return OutputStream(descriptor: descriptor)
  }
}

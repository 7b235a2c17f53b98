import Basics

/// The mark of what commands refuse.
enum CommandOrigin {}

/// Why a command cannot do what it was asked for: one sentence for the person who asked.
typealias CommandError = Refusal<CommandOrigin>

/// The mark of output that cannot be written.
enum OutputOrigin {}

/// What was asked for cannot be written where it should go, in one sentence.
typealias OutputError = Refusal<OutputOrigin>

extension CommandError {
  /// Makes an error of something that `inspect` cannot describe.
  init(describing problem: String) { self.init("cannot describe \(problem)") }

  /// Makes an error of a file that cannot be written.
  init(unwritable path: String) {
    self.init("cannot write \(path): check that its folder exists and can be written")
  }

  /// Makes an error of a launcher and an MPI that do not agree about the number of ranks.
  init(launched: Int, found: Int) {
    self.init(
      "cannot start: the launcher started \(launched) processes but MPI sees \(found); launch with the "
        + "mpirun of the MPI "
        + "that locus was built with, or with srun --mpi=pmix")
  }
}

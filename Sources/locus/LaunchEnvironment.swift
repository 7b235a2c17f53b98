import Foundation

/// What mpirun and Slurm say of this process before MPI is initialised.
struct LaunchEnvironment {
  private let variables: [String: String]

  static var current: LaunchEnvironment { LaunchEnvironment(variables: ProcessInfo.processInfo.environment) }

  /// Whether this is the first process of its job, or the only one.
  var isFirst: Bool {
    ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"].compactMap { number($0) }.first ?? 0 == 0
  }

  /// How many processes the launcher started; nil where it does not say.
  var launchedCount: Int? {
    number("OMPI_COMM_WORLD_SIZE") ?? (variables["SLURM_PROCID"] == nil ? nil : number("SLURM_STEP_NUM_TASKS"))
  }

  private func number(_ name: String) -> Int? { variables[name].flatMap { Int($0) } }
}

import Foundation

/// What mpirun and Slurm say of this process before MPI is initialised.
struct LaunchEnvironment {
  private let variables: [String: String]

  static var current: LaunchEnvironment { LaunchEnvironment(variables: ProcessInfo.processInfo.environment) }

  /// Names under which launchers tell a process its rank and how many processes they started: Open MPI, MPICH and Intel
  /// MPI, MVAPICH, Slurm, IBM's JSM. Slurm comes behind launchers that it starts once a node: of their ranks it numbers
  /// the nodes alone.
  private static let names: [(rank: String, count: String)] = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
    ("JSM_NAMESPACE_RANK", "JSM_NAMESPACE_SIZE"),
  ]

  /// Whether this is the first process of its job, or the only one.
  var isFirst: Bool { (Self.names.map(\.rank) + ["PMIX_RANK"]).compactMap { number($0) }.first ?? 0 == 0 }

  /// How many processes the launcher started; nil where it does not say.
  var launchedCount: Int? {
    Self.names.compactMap { number($0.rank) == nil ? nil : number($0.count) }.first
  }

  private func number(_ name: String) -> Int? { variables[name].flatMap { Int($0) } }
}

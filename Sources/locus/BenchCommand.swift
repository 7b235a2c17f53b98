import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure this machine: matrix products and a screen, or the analyses of a point cloud.",
    discussion: """
      Of a screen, by some of the ranks and by all, beside what the processor could do at most; screen may be left out:

        mpirun -n 2 locus bench configs/bench.yaml
        mpirun -n 2 locus bench screen --shape tinyllama-1.1b --repeats 1

      Of what locus geometry does, part by part, on a cloud with planted lobes:

        locus bench geometry
        locus bench geometry --points 16000 --parts dense,graph --threads 2

      Either beside what one would run instead, on the same data:

        locus bench --peers .build/python/bin/python --model random:15m
        locus bench geometry --peers .build/python/bin/python
      """,
    subcommands: [BenchScreenCommand.self, BenchGeometryCommand.self], defaultSubcommand: BenchScreenCommand.self)
}

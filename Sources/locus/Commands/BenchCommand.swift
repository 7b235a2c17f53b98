import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measure this machine by a screen or by analyses of a point cloud, and findings by screens that are permuted.",
    discussion: """
      Of a screen, by some of the ranks and by all, beside what the processor could do at most; screen may be left out:

        mpirun -n 2 locus bench configs/bench.yaml
        mpirun -n 2 locus bench screen --shape tinyllama-1.1b --repeats 1

      Of what locus geometry does, part by part, on a cloud with planted lobes:

        locus bench geometry
        locus bench geometry --points 16000 --parts dense,graph --threads 2

      Of a results file, how often the findings of locus analyze are false, and how often they find what is planted:

        locus bench findings results/demo.h5
        mpirun -n 8 locus bench findings results/demo.h5 --plant all

      Screen or geometry beside what one would run instead, on the same data:

        locus bench --peers .build/python/bin/python --model random:15m
        locus bench geometry --peers .build/python/bin/python
      """,
    subcommands: [BenchScreenCommand.self, BenchGeometryCommand.self, BenchFindingsCommand.self],
    defaultSubcommand: BenchScreenCommand.self)
}

import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measure how fast this machine is, and how often findings are false or missed.",
    discussion: """
      How fast a screen is, by some of the ranks and by all, against the processor's peak (the word screen may be left \
      out):

        mpirun -n 2 locus bench configs/bench.yaml
        mpirun -n 2 locus bench screen --shape tinyllama-1.1b --repeats 1

      How long each part of locus geometry takes, on a cloud with planted lobes:

        locus bench geometry
        locus bench geometry --points 16000 --parts dense,graph --threads 2

      How often findings of locus analyze are false on a results file, and how often they find what is planted:

        locus bench findings results/demo.h5
        mpirun -n 8 locus bench findings results/demo.h5 --plant all

      Screen or geometry against Python programs that do the same, on the same data:

        locus bench --peers .build/python/bin/python --model random:15m
        locus bench geometry --peers .build/python/bin/python
      """,
    subcommands: [BenchScreenCommand.self, BenchGeometryCommand.self, BenchFindingsCommand.self],
    defaultSubcommand: BenchScreenCommand.self)
}

import Foundation
import Testing
import TestSupport

/// The notebooks in `configs`, run as they are: one with files of a small screen and a small study, one with the
/// published results.
@Suite struct NotebookTests {
  static let notebook = Places.root + "/configs/notebooks/first-look.ipynb"
  /// Reads the results that are beside the configuration of the whole map of Gemma 3 270M.
  private static let map = Places.root + "/configs/notebooks/gemma-map.ipynb"

  /// Every region of the demo model, so coarse that it takes a second, on an input of each task.
  private static let screen = """
    model: \(Places.demo)/model
    inputs: \(Places.demo)/inputs.jsonl
    inputs_per_task: 1
    continuation: {tokens: 8}
    mutations: {region: [64, 64]}

    """

  private static let study = """
    model: \(Places.demo)/model
    texts: {story: {path: \(Places.demo)/text/story.txt, limit: 300, window: 32}}
    studies:
      ablation:
        statistics: [story]
        evaluation: [story]
        sites: [attn_pre_out, mlp_pre_out]
        methods: [zero, mean]
        fractions: 3
        seeds: 2

    """

  /// Runs the notebook and counts its pictures; a cell that fails ends it.
  private static let runner = """
    import nbclient, nbformat, os, sys
    notebook = nbformat.read(sys.argv[1], as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it holds outputs"
    folder = os.path.dirname(sys.argv[1])
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    print(sum("image/png" in output.get("data", {}) for output in outputs), "figures")
    print("".join(output["text"] for output in outputs if output["output_type"] == "stream"), end="")
    """

  /// Whether Python can run notebooks here.
  private static let canRun =
    Places.hasPython
    && (try? Program(Places.python).run(["-c", "import nbclient, ipykernel, matplotlib, xarray"]))?.status == 0

  @Test(.enabled(if: canRun, "skipped: `make python` has not installed what runs notebooks"))
  func theFirstLookRuns() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", Self.screen)
      try bench.write("study.yaml", Self.study)
      let screened = try bench.screen(ranks: 2, output: "demo.h5", "--quiet")
      #expect(screened.status == 0, "\(screened.errors)")
      let studied = try Program.locus.run(
        ["study", bench.path("study.yaml"), "--output", bench.path("ablation.h5"), "--quiet"])
      #expect(studied.status == 0, "\(studied.errors)")
      let outcome = try Program(Places.python).run(
        ["-c", Self.runner, Self.notebook],
        environment: ["LOCUS_RESULTS": bench.folder])
      #expect(outcome.status == 0 && outcome.output.hasPrefix("5 figures\n"), "\(outcome.output)\(outcome.errors)")
    }
  }

  /// The numbers that the README tells are those of the files.
  @Test(.enabled(if: canRun, "skipped: `make python` has not installed what runs notebooks"))
  func theWholeMapIsRead() throws {
    let outcome = try Program(Places.python).run(["-c", Self.runner, Self.map])
    #expect(outcome.status == 0 && outcome.output.hasPrefix("4 figures\n"), "\(outcome.output)\(outcome.errors)")
    for words in [
      "73,440 mutants on 8 prompts: 50.8% of the verdicts non-silent", "86.6% change no prompt",
      "row 97: 7 prompts, 5 nats", "layer 1 o: row 97 11 of 11 prompts, 4.7 nats",
      "q: slow 3.0%, fast 1.1% (2.76 times)", "v: slow 8.8%, fast 8.7% (1.01 times)",
      "of the first hundred 64 read the stream, 57 of them at known indices", "rank correlation over all 0.97",
      "layer 1 o, component 0: 4.9 nats",
    ] { #expect(outcome.output.contains(words), "\(words)") }
  }
}

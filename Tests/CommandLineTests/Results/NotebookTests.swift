import Foundation
import Testing
import TestSupport

/// The notebooks in `configs`, run as they are with files of a small screen and a small study.
@Suite struct NotebookTests {
  static let notebook = Places.root + "/configs/notebooks/first-look.ipynb"

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
      #expect(outcome.status == 0 && outcome.output == "5 figures\n", "\(outcome.output)\(outcome.errors)")
    }
  }
}

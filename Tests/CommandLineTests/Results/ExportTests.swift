import Foundation
import Testing
import TestSupport

/// Tables of text say what the results file says.
@Suite(.serialized) struct ExportTests {
  /// Inputs with everything that has to be escaped.
  private static let inputs = """
    {"id": "fa,\\"cts", "task": "täsk", "prompt": "In Cuba, the capital is"}
    {"id": "verse", "task": "poem", "prompt": "The cat\\nsat \\"on\\" the \\\\ mat,\\n"}
    {"id": "choice", "task": "choice", "prompt": "Question: Which one is a toy?\\nA) black\\nB) house\\nC) bell\\n\
    D) two\\nAnswer:", "answer": "C", "choices": ["A", "B", "C", "D"]}

    """

  private func run(_ body: (Workbench) throws -> Void) throws {
    try Workbench.run { bench in
      try bench.write("inputs.jsonl", ExportTests.inputs)
      #expect(try bench.screen().status == 0)
      try body(bench)
    }
  }

  /// Compares both tables with the file, value by value.
  private static let comparison = """
    import csv, io, json, sys
    import h5py, numpy
    folder = sys.argv[1]
    names = ("layer matrix row column rows columns kind value input task silent first_change margin divergence "
             "log_perplexity_change choice text baseline_text").split()
    with h5py.File(folder + "/out.h5") as file:
        mutation = {name: file["mutation/" + name][:] for name in names[:8]}
        matrices = "q k v o gate up down".split()
        kinds = file["mutation/kind"].attrs["flag_meanings"]
        kinds = (kinds.decode() if isinstance(kinds, bytes) else kinds).split()
        phenotype = {name: file["phenotype/" + name][:] for name in names[11:16]}
        tokens = file["phenotype/tokens"][:]
        offset, spelled = file["vocabulary/offset"][:], file["vocabulary/bytes"][:].tobytes()
        ids = [text.decode() for text in file["input/id"][:]]
        tasks = [text.decode() for text in file["input/task"][:]]
        baselines = [text.decode() for text in file["baseline/text"][:]]
        assert file["phenotype/choice"].attrs["letter_tokens"]
    def text(row):
        joined = b"".join(spelled[offset[token]:offset[token + 1]] for token in row if token >= 0)
        return joined.decode("utf-8", errors="replace").replace("\\0", "\\ufffd")
    def number(x):
        return None if x in ("", None) else numpy.float32(x)
    def same(x, stored):
        return x == stored if numpy.isfinite(stored) else x is None
    with open(folder + "/out.csv", newline="", encoding="utf-8") as table:
        raw = table.read()
    rows = list(csv.DictReader(io.StringIO(raw, newline=""), strict=True))
    assert raw.splitlines()[0].split(",") == names, raw[:200]
    def constant(word): raise ValueError(word)
    objects = [json.loads(line, parse_constant=constant) for line in open(folder + "/out.jsonl", encoding="utf-8")]
    assert all(list(row) == names for row in objects)
    count = len(mutation["row"])
    assert len(rows) == len(objects) == count * len(ids) == 210
    letters = set()
    for place, (row, record) in enumerate(zip(rows, objects)):
        index, put = divmod(place, len(ids))
        for name in ("layer", "row", "column", "rows", "columns"):
            assert int(row[name]) == record[name] == mutation[name][index], name
        assert row["matrix"] == record["matrix"] == matrices[mutation["matrix"][index]]
        assert row["kind"] == record["kind"] == kinds[mutation["kind"][index]]
        stored = mutation["value"][index]
        assert same(number(row["value"]), stored)
        assert same(record["value"] and number(record["value"]) or record["value"], stored)
        assert row["input"] == record["input"] == ids[put] and row["task"] == record["task"] == tasks[put]
        change = phenotype["first_change"][index, put]
        assert int(row["first_change"]) == record["first_change"] == change
        assert int(row["silent"]) == record["silent"] == (change < 0)
        for name in ("margin", "divergence", "log_perplexity_change"):
            assert same(number(row[name]), phenotype[name][index, put]), name
            assert same(number(record[name]), phenotype[name][index, put]), name
        choice = phenotype["choice"][index, put]
        letter = None if choice == 255 else chr(65 + choice)
        assert (row["choice"] or None) == record["choice"] == letter
        letters.add(letter)
        said = None if change < 0 else text(tokens[index, put])
        assert row["text"] == (said or "") and record["text"] == said, (row["text"], said)
        assert row["baseline_text"] == record["baseline_text"] == baselines[put]
    assert {"C", None} <= letters and any(row["text"] for row in rows) and not all(row["text"] for row in rows), letters
    changed = [json.loads(line) for line in open(folder + "/changed.jsonl", encoding="utf-8")]
    assert changed == [record for record in objects if not record["silent"]] and changed
    print("compared", len(rows))
    """

  @Test(.enabled(if: Workbench.hasPython, "skipped: `make python` has not made its environment"))
  func everyValueIsThatOfTheFile() throws {
    try run { bench in
      let csv = try Program.locus.run(["export", bench.path("out.h5"), "--csv", "--output", bench.path("out.csv")])
      #expect(csv.status == 0 && csv.output.isEmpty && csv.errors.isEmpty, "\(csv.errors)")
      let lines = try Program.locus.run(["export", bench.path("out.h5"), "--jsonl"])
      try bench.write("out.jsonl", lines.output)
      let changed = try Program.locus.run(["export", bench.path("out.h5"), "--jsonl", "--non-silent"])
      try bench.write("changed.jsonl", changed.output)
      let outcome = try Program(Workbench.python).run(["-c", ExportTests.comparison, bench.folder])
      #expect(outcome.output.contains("compared 210"), "\(outcome.errors)")
    }
  }

  @Test func tablesAreWholeOrAbsent() throws {
    try run { bench in
      let (file, table) = (bench.path("out.h5"), bench.path("out.csv"))
      let before = try bench.names()
      #expect(try Program.locus.run(["export", file, "--csv", "--output", table]).status == 0)
      let written = try bench.bytes("out.csv")
      #expect(try bench.names() == (before + ["out.csv"]).sorted())
      #expect(try Program.locus.run(["export", file, "--csv"]).output.utf8.elementsEqual(written))
      // What is there stays.
      let again = try Program.locus.run(["export", file, "--jsonl", "--output", table])
      #expect(again.status == 2 && again.complaints.first?.contains("--force") == true, "\(again.errors)")
      #expect(try bench.bytes("out.csv") == written)
      #expect(try Program.locus.run(["export", file, "--jsonl", "--output", table, "--force"]).status == 0)
      #expect(try bench.bytes("out.csv").starts(with: #"{"layer":"#.utf8))

      let bytes = try bench.bytes("out.h5")
      try bench.write("cut.h5", bytes.prefix(bytes.count * 2 / 3))
      for (path, word) in [("absent.h5", "absent.h5"), ("screen.yaml", "no HDF5 file"), ("cut.h5", "cut.h5")] {
        let names = try bench.names()
        let outcome = try Program.locus.run(
          ["export", bench.path(path), "--csv", "--output", bench.path("other.csv")])
        #expect(
          outcome.status == 2 && outcome.complaints.count == 1 && outcome.errors.contains(word), "\(outcome.errors)")
        #expect(try bench.names() == names)
      }
      let folder = try Program.locus.run(["export", file, "--csv", "--output", bench.path("absent/out.csv")])
      #expect(folder.status == 2 && folder.errors.contains("absent/out.csv"), "\(folder.errors)")
      #expect(try Program.locus.run(["export", file]).status == 2)
      #expect(try Program.locus.run(["export", file, "--csv", "--jsonl"]).status == 2)
      let own = try Program.locus.run(["export", file, "--csv", "--force", "--output", file])
      #expect(own.status == 2 && own.errors.contains("it is the file that is exported"), "\(own.errors)")
      #expect(try bench.bytes("out.h5") == bytes)
    }
  }

  @Test func whoReadsOnlyTheBeginningGetsIt() throws {
    try run { bench in
      let shell = try #require(Program.named("sh"))
      let command = "\(Program.locus.path) export \(bench.path("out.h5")) --csv"
      let outcome = try shell.run(["-c", "{ \(command); echo \"status $?\" >&2; } | head -n 1"])
      #expect(outcome.output.hasPrefix("layer,matrix,row,"), "\(outcome.output)")
      #expect(outcome.errors == "status 0\n", "\(outcome.errors)")
      // A full disk is a failure.
      let full = try shell.run(["-c", "\(command) > /dev/full; echo \"status $?\" >&2"])
      #expect(full.errors.contains("status 1") && full.errors.contains("no space left"), "\(full.errors)")
    }
  }

  /// What a file of the first version of the format lacks.
  private static let firstVersion = """
    import sys, h5py
    with h5py.File(sys.argv[1], "r+") as file:
        for name in ("vocabulary", "drive", "phenotype/log_perplexity_change", "phenotype/choice", "baseline/choice",
                     "input/answer", "input/choices", "input/answer_choice"):
            del file[name]
        file.attrs["format_version"] = 1
    """

  @Test(.enabled(if: Workbench.hasPython, "skipped: `make python` has not made its environment"))
  func filesOfTheFirstVersionAreRead() throws {
    try run { bench in
      let outcome = try Program(Workbench.python).run(["-c", ExportTests.firstVersion, bench.path("out.h5")])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let inspected = try Program.locus.run(["inspect", bench.path("out.h5")])
      #expect(inspected.status == 0 && inspected.output.contains("divergence"), "\(inspected.errors)")
      #expect(!inspected.output.contains("perplexity") && !inspected.output.contains("choices"))
      #expect(try Program.locus.run(["analyze", bench.path("out.h5")]).status == 0)
      let exported = try Program.locus.run(["export", bench.path("out.h5"), "--jsonl", "--non-silent"])
      // Without the texts of tokens their numbers are shown.
      #expect(
        exported.output.contains(/"log_perplexity_change":null,"choice":null,"text":"(⟨\d+⟩)+"/), "\(exported.output)")
    }
  }
}

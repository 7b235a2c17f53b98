import Foundation
import Testing
import TestSupport

/// What people do with xarray: every group of every file opens with both engines, is used by labels, and shows what is
/// missing as missing.
@Suite(.serialized) struct LabelsTests {
  /// The groups of a file that hold datasets, with what is the same for all of them.
  private static let common = """
    import sys, warnings, h5py, numpy, xarray
    warnings.simplefilter("error")
    engines = ("netcdf4", "h5netcdf")
    def groups(path):
        found = []
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Group) and any(
                isinstance(member, h5py.Dataset) for member in item.values()) else None)
        return found
    def check(path, labels):
        for engine in engines:
            for group in groups(path):
                with xarray.open_dataset(path, group=group, engine=engine) as data:
                    data.load()
                    if not labels: continue
                    for size in data.sizes:
                        assert size in data.coords and size in data.indexes, (engine, group, size)
                    for name, variable in data.variables.items():
                        place = engine, group, name
                        assert variable.attrs["long_name"] and variable.attrs["units"], place
                        assert variable.dtype.kind != "S", place
                        if variable.dtype.kind == "O":
                            assert all(isinstance(text, str) for text in variable.values.flat), place
    """

  private static let results = """

    path = sys.argv[1]
    check(path, True)
    assert set(groups(path)) == {
        "input", "baseline", "mutation", "phenotype", "unit", "matrix", "drive", "vocabulary", "start"}
    for engine in engines:
        def read(group):
            with xarray.open_dataset(path, group=group, engine=engine) as data:
                return data.load()
        root = read("/")
        assert root.attrs["Conventions"] == "CF-1.10" and "70 mutations" in root.attrs["title"], root.attrs
        assert "locus screen" in root.attrs["history"].replace(".build/release/", ""), root.attrs["history"]
        assert str(read("input").prompt.sel(input="facts").values) == "In Cuba, the capital is"
        assert read("baseline").text.sel(input="facts").item().startswith(" Hav")
        mutation, phenotype = read("mutation"), read("phenotype")
        assert phenotype.first_change.sel(input="sum").dims == ("mutation",)
        assert list(phenotype.first_change.groupby("task").mean().task.values) == ["arithmetic", "facts"]
        # By name, in the order of the codes, which stay.
        down = mutation.matrix_name == "down"
        assert down.any() and (down == (mutation.matrix == 6)).all() and mutation.matrix.dtype == numpy.uint8
        assert (phenotype.first_change.sel(mutation=down).sizes["mutation"] == int(down.sum()))
        assert mutation.kind.attrs["flag_meanings"].split()[int(mutation.kind[0])] == mutation.kind_name.values[0]
        # Phenotypes have the labels themselves.
        assert (phenotype.matrix == mutation.matrix_name).all() and (phenotype.kind == mutation.kind_name).all()
        assert (phenotype.layer == mutation.layer).all()
        assert {"layer", "matrix", "kind", "task"} <= set(phenotype.coords)
        assert phenotype.sel(mutation=phenotype.matrix == "down").sizes["mutation"] == int(down.sum())
        # Missing is not a number.
        silent = phenotype.first_change.isnull()
        assert silent.any() and not silent.all() and (phenotype.first_change.min() >= 0)
        assert (phenotype.tokens.isnull().all("step") == silent).all()
        assert ((phenotype.text == "") == silent).all()
        vocabulary = read("vocabulary")
        offset, bytes = vocabulary.offset.values.astype(int), vocabulary.bytes.values.astype("u1").tobytes()
        for place in numpy.argwhere(~silent.values)[:20]:
            tokens = [int(token) for token in phenotype.tokens.values[tuple(place)] if token >= 0]
            text = b"".join(bytes[offset[token]:offset[token + 1]] for token in tokens)
            assert phenotype.text.values[tuple(place)] == text.decode("utf-8", "replace"), place
    with h5py.File(path) as file:
        for name in ("input/id", "phenotype/text", "phenotype/input", "baseline/text", "start/hosts"):
            kind = h5py.check_string_dtype(file[name].dtype)
            assert kind.encoding == "utf-8" and kind.length is None, name
        assert file["phenotype/first_change"].attrs["_FillValue"].tolist() == [-1]
    print("read")
    """

  private static let analysis = """

    path, old = sys.argv[1], sys.argv[2:]
    check(path, True)
    names = groups(path)
    assert any(name.startswith("analysis/") for name in names) and "geometry/galaxy" in names, names
    for engine in engines:
        with xarray.open_dataset(path, group="analysis/sensitivity", engine=engine) as data:
            data.load()
            assert set(data.matrix_name.values) <= {"q", "k", "v", "o", "gate", "up", "down"}
            assert data.non_silent.sel(input="facts").sizes["combination"] == data.sizes["combination"]
        with xarray.open_dataset(path, group="geometry/galaxy", engine=engine) as data:
            assert data["rank"].values[0] == 1 and data.eigenvalue.sel(rank=1, group="all").item() > 0
        with xarray.open_dataset(path, group="geometry/lobes", engine=engine) as data:
            assert data.label.dtype.kind == "f" and data.label.min() >= 0
    for path in old: check(path, False)
    print("read")
    """

  @Test(.enabled(if: Workbench.hasPython, "skipped: `make python` has not made its environment"))
  func everyGroupIsUsedByLabels() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", Workbench.configuration + "record:\n  text_strings: true\n")
      let outcome = try bench.screen(ranks: 2)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let python = Program(Workbench.python)
      let read = try python.run(["-c", LabelsTests.common + LabelsTests.results, bench.path("out.h5")])
      #expect(read.output.contains("read"), "\(read.errors)")
      for command in ["analyze", "geometry"] {
        let found = try Program.locus.run([command, bench.path("out.h5"), "--quiet"])
        #expect(found.status == 0, "\(found.errors)")
      }
      let fixtures = ["screen-1.h5", "screen-2.h5", "analysis-1.h5"].map {
        Places.root + "/Tests/ArchiveTests/Fixtures/" + $0
      }
      let analysed = try python.run(
        ["-c", LabelsTests.common + LabelsTests.analysis, bench.path("out.analysis.h5")] + fixtures)
      #expect(analysed.output.contains("read"), "\(analysed.errors)")
    }
  }

  /// A newer format of files makes no new plan of an old one; wanting texts does.
  @Test func oldResultsAreOfTheSamePlan() throws {
    try Workbench.run { bench in
      try bench.write(
        "inputs.jsonl",
        """
        {"id": "facts-1", "task": "facts", "prompt": "In Cuba, the capital is"}
        {"id": "facts-2", "task": "facts", "prompt": "In Mali, the capital is"}
        {"id": "sum-1", "task": "arithmetic", "prompt": "91 - 17 ="}

        """)
      let configuration = """
        model: model
        inputs: inputs.jsonl
        continuation: {tokens: 6}
        mutations: {region: [32, 32], matrices: [q, down], layers: [1, 2], sample: 48}
        record: {direction: false}
        """
      try bench.write("screen.yaml", configuration)
      try FileManager.default.copyItem(
        atPath: Places.root + "/Tests/ArchiveTests/Fixtures/screen-2.h5", toPath: bench.path("out.h5"))
      let same = try bench.screen()
      #expect(same.status == 0 && same.output.contains("nothing to do"), "\(same.errors)")
      try bench.write(
        "screen.yaml", configuration.replacing("direction: false", with: "direction: false, text_strings: true"))
      #expect(try bench.screen().complaints.first?.contains("another plan") == true)
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "10"])
      #expect(plan.output.contains(/results file +at most .*, .* of it texts/), "\(plan.output)\(plan.errors)")
      try bench.write(
        "screen.yaml", configuration.replacing("direction: false", with: "text: none, text_strings: true"))
      #expect(try bench.screen().complaints.first?.contains("record.text_strings: these are the texts") == true)
    }
  }

  /// The program takes files of earlier versions as its own.
  @Test(arguments: ["screen-1", "screen-2"]) func oldFilesAreTaken(_ name: String) throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/\(name).h5"
      try FileManager.default.copyItem(atPath: Places.root + "/Tests/ArchiveTests/Fixtures/\(name).h5", toPath: path)
      for arguments in [
        ["inspect", path], ["analyze", path, "--quiet"], ["export", path, "--output", folder + "/table.jsonl"],
        ["report", path, "--output", folder + "/page.html"], ["inspect", folder + "/\(name).analysis.h5"],
      ] {
        let outcome = try Program.locus.run(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      }
      let table = try String(contentsOfFile: folder + "/table.jsonl", encoding: .utf8)
      #expect(table.split(separator: "\n").count == 48 * 3)
    }
  }
}

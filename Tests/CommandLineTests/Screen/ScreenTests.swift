import Foundation
import Testing
import TestSupport

/// The program as a person runs it.
@Suite(.serialized) struct ScreenTests {
  private static let groups = ["/mutation", "/phenotype", "/baseline", "/input"]
  private static let hasTools = Program.isExpected("h5diff") && Program.isExpected("h5dump")
  private static let withoutTools: Comment = "skipped: hdf5-tools is not installed"

  @Test(.enabled(if: hasTools, withoutTools))
  func ranksDoNotMatter() throws {
    try Workbench.run { bench in
      let difference = try #require(Program.named("h5diff"))
      try bench.write("screen.yaml", Workbench.configuration + "record: {text_strings: true}\n")
      let alone = try bench.screen(output: "alone.h5")
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(alone.output.contains("70 mutations × 2 inputs"))
      #expect(try #require(Program.named("h5dump")).run(["-H", bench.path("alone.h5")]).status == 0)
      for ranks in 1...3 {
        let outcome = try bench.screen(ranks: ranks, output: "\(ranks).h5")
        #expect(outcome.status == 0, "\(outcome.errors)")
        for group in ScreenTests.groups {
          let compared = try difference.run([bench.path("alone.h5"), bench.path("\(ranks).h5"), group])
          #expect(compared.status == 0, "\(ranks) ranks, \(group): \(compared.output)")
        }
      }
      #expect(try bench.names() == ["1.h5", "2.h5", "3.h5", "alone.h5", "inputs.jsonl", "model", "screen.yaml"])
    }
  }

  @Test func moreRanksThanUnits() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", Workbench.configuration.replacing("sample: 70", with: "sample: 2"))
      let outcome = try bench.screen(ranks: 5)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("2 mutations × 2 inputs"))
    }
  }

  @Test(arguments: [nil, 1, 2, 3])
  func scoresThatAreNotNumbersStopAllRanks(_ ranks: Int?) throws {
    try Workbench.run { bench in
      var bytes = try bench.bytes("model/model.safetensors")
      // Behind the header nearly every byte is a weight's; a run of ones makes bfloat16 numbers that are none.
      for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] = 0xff }
      try bench.write("model/model.safetensors", bytes)
      let before = try bench.names()
      let outcome = try bench.screen(ranks: ranks)
      #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(outcome.errors)")
      let sentence = outcome.complaints.first ?? ""
      for word in ["input 'facts'", "step 0", "the tensor 'model.", "/model/model.safetensors", "get the file again"] {
        #expect(sentence.contains(word), "\(word) in \(sentence)")
      }
      #expect(!outcome.errors.contains("MPI_ABORT"), "\(outcome.errors)")
      #expect(try bench.names() == before)
    }
  }

  @Test func whatIsThereIsRespected() throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      let finished = try bench.bytes("out.h5")
      let again = try bench.screen(ranks: 2)
      #expect(again.status == 0 && again.output.contains("nothing to do"))
      #expect(try bench.bytes("out.h5") == finished)

      try bench.write("screen.yaml", Workbench.configuration.replacing("tokens: 8", with: "tokens: 7"))
      let other = try bench.screen()
      #expect(other.status == 2 && other.complaints.count == 1)
      #expect(other.complaints.first?.contains("result of another plan") == true)
      #expect(other.complaints.first?.contains("--force") == true)
      #expect(try bench.bytes("out.h5") == finished)
      #expect(try bench.screen("--force").status == 0)
      #expect(try bench.bytes("out.h5") != finished)

      // A comment changes the file but not the plan.
      try bench.write(
        "screen.yaml", "# as before\n" + Workbench.configuration.replacing("tokens: 8", with: "tokens: 7"))
      #expect(try bench.screen().output.contains("nothing to do"))

      // Another seed draws another sample.
      #expect(try bench.screen("--seed", "5").complaints.first?.contains("another plan") == true)
      #expect(try bench.screen("--seed", "0").output.contains("nothing to do"))

      try bench.write("out.h5", "my notes")
      let notes = try bench.screen()
      #expect(notes.status == 2 && notes.complaints.first?.contains("no screen's result") == true)
      #expect(try bench.bytes("out.h5") == Data("my notes".utf8))
    }
  }

  /// Reads every group with both of xarray's engines, and some values with h5py.
  private static let reader = """
    import sys, h5py, numpy, xarray
    path = sys.argv[1]
    for engine in ("netcdf4", "h5netcdf"):
        for group in ("input", "baseline", "mutation", "phenotype", "vocabulary", "drive", "unit"):
            with xarray.open_dataset(path, group=group, engine=engine) as data:
                assert data.sizes, group
                for name, variable in data.variables.items():
                    assert "long_name" in variable.attrs, (engine, group, name)
                data.load()
        with xarray.open_dataset(path, group="phenotype", engine=engine) as data:
            assert data.first_change.dims == ("mutation", "input"), data.first_change.dims
            assert data.tokens.dims == ("mutation", "input", "step")
            assert data.direction.dims == ("mutation", "component")
            assert data.direction.sizes["component"] == 128
            changed = data.first_change.values >= 0
            assert changed.any() and not changed.all()
            assert ((data.tokens.values >= 0).any(axis=2) == changed).all()
            assert (data.divergence.values >= 0).all()
        with xarray.open_dataset(path, group="drive", engine=engine) as data:
            assert data.sum_mean.dims == ("layer", "site", "column_block"), data.sum_mean.dims
            assert data.sum_rms.shape == (4, 4, 24), data.sum_rms.shape
            rms = data.sum_rms.sel(site="hidden")
            assert numpy.isfinite(rms.values).all() and (rms.values >= 0).all()
        with xarray.open_dataset(path, group="mutation", engine=engine) as data:
            assert list(data.matrix.attrs["flag_values"]) == list(range(7))
            assert data.matrix.attrs["flag_meanings"] == "q k v o gate up down"
            assert set(data.layer.values) == {2, 3}
    with h5py.File(path) as file:
        assert file.attrs["format"].decode() == "locus-screen" and file.attrs["format_version"] == 3
        assert [text.decode() for text in file["input/id"][:]] == ["facts", "sum"]
        assert file["baseline/text"][0].decode().startswith(" Hav")
        assert file["phenotype/first_change"].dtype == numpy.int16
        offset, bytes = file["vocabulary/offset"][:], file["vocabulary/bytes"][:].tobytes()
        tokens = [token for token in file["baseline/tokens"][0] if token >= 0]
        text = b"".join(bytes[offset[token]:offset[token + 1]] for token in tokens)
        assert text == file["baseline/text"][0], text
        assert "model: model" in file.attrs["config"].decode()
    print("read")
    """

  @Test(.enabled(if: Workbench.hasPython, "skipped: `make python` has not made its environment"))
  func othersOpenTheFile() throws {
    try Workbench.run { bench in
      #expect(try bench.screen(ranks: 2).status == 0)
      let outcome = try Program(Workbench.python).run(["-c", ScreenTests.reader, bench.path("out.h5")])
      #expect(outcome.output.contains("read"), "\(outcome.errors)")
    }
  }
}

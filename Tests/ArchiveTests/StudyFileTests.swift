import Archive
import Foundation
import HDF5
import Testing
import TestSupport

/// Files of studies, written and read back.
@Suite(.serialized) struct StudyFileTests {
  /// Runs `body` in a folder, alone with HDF5.
  private func run(_ body: (String) throws -> Void) throws {
    try World.run { (_) throws in try Places.withTemporaryFolder(body) }
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "accepted"
  }

  /// Whether a group is another, where what is not a number equals itself.
  private func isSame(_ group: AnalysisGroup?, _ other: AnalysisGroup) -> Bool {
    group.map { "\($0)" } == "\(other)"
  }

  // MARK: Reading

  @Test func whatIsWrittenIsRead() throws {
    try run { (folder) throws in
      let path = folder + "/study.h5"
      try SampleStudy.write(to: path)
      #expect(StudyFile.isStudy(path) && !AnalysisFile.isAnalysis(path) && !ResultsFile.isResults(path))
      let file = try StudyFile(path: path)
      #expect(file.provenance == SampleStudy.provenance && file.starts == SampleStudy.starts)
      #expect(file.studies == ["ablation", "pruning"] && file.sites == ["attn_pre_out", "mlp_pre_out"])
      #expect(isSame(try file.study("ablation"), SampleStudy.ablation))
      #expect(isSame(try file.study("pruning"), SampleStudy.pruning))
      for units in SampleStudy.units { #expect(isSame(try file.units(of: units.name), units)) }
      #expect(try file.study("mlp_pre_out") == nil && file.units(of: "ablation") == nil)
      #expect(try file.findings(of: "ablation") == SampleStudy.ablation.findings)
      #expect(try file.findings(of: "pruning").isEmpty && file.findings(of: "none").isEmpty)
      #expect(file.contents.map(\.section) == [.studies, .studies, .units, .units])
      #expect(file.contents[0].dimensions.map(\.length) == [2, 3, 4])
      #expect(file.contents[3].variables.map(\.name) == ["order", "mean"])
      let stored = try File.open(path)
      #expect(try stored.textAttribute("Conventions") == "CF-1.10")
      #expect(try stored.textAttribute("title") == "Studies of tiny: ablation, pruning")
      #expect(try stored.textAttribute("history") == "2024-05-06T07:08:09Z: locus study studies.yaml")
      try stored.close()
    }
  }

  @Test func aStudyAloneIsEnough() throws {
    try run { (folder) throws in
      let path = folder + "/study.h5"
      try StudyWriter.write(SampleStudy.provenance, starts: [], studies: [SampleStudy.pruning], units: [], to: path)
      let file = try StudyFile(path: path)
      #expect(file.studies == ["pruning"] && file.sites.isEmpty && file.starts.isEmpty)
    }
  }

  /// Neither times nor whatever was in memory are in the file.
  @Test func theSameContentGivesTheSameBytes() throws {
    try run { (folder) throws in
      let paths = ["a", "b"].map { folder + "/\($0).h5" }
      for path in paths {
        try SampleStudy.write(to: path)
        // HDF5's times are of whole seconds.
        if path == paths.first { usleep(1_100_000) }
      }
      let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(files.allSatisfy { $0 == files[0] })
    }
  }

  // MARK: Coordinates

  @Test func coordinatesAreNumbersAndText() throws {
    let study = GroupReader(group: SampleStudy.ablation, path: "study.h5", command: "locus study")
    #expect(try study.labels("fraction") == ["0", "0.1", "0.25", "1"] && study.labels("seed") == ["0", "3", "7"])
    #expect(try study.coordinates("fraction") == [0, 0.1, 0.25, 1])
    #expect(refusal { _ = try study.coordinates("site") }.contains("no numbers along the dimension site"))
    #expect(refusal { _ = try study.coordinates("none") }.hasSuffix("make the file anew with locus study"))
    let steps = GroupReader(group: SampleStudy.pruning, path: "study.h5")
    #expect(try steps.coordinates("step") == [1, 2] && steps.labels("step") == ["1", "2"])
    let odd = AnalysisGroup.Dimension("x", values: [-2, 1e-7, 1e20, 1.0 / 3])
    #expect(odd.words == ["-2", "1e-07", "1e+20", "0.3333333333333333"] && odd.length == 4)
  }

  @Test func anAnalysisHasCoordinatesToo() throws {
    try run { (folder) throws in
      let path = folder + "/a.h5"
      let provenance = AnalysisProvenance(
        locusVersion: "1", created: "", commandLine: "", source: "", sourcePlanSHA256: "")
      try AnalysisWriter(path: path).write([SampleStudy.ablation], provenance: provenance)
      #expect(isSame(try AnalysisFile(path: path).group("ablation"), SampleStudy.ablation))
    }
  }

  // MARK: Refusals

  @Test func otherFilesAreRefusedInWords() throws {
    try run { (folder) throws in
      let path = folder + "/study.h5"
      func refused(_ format: String, _ version: Int) throws -> String {
        let file = try File.create(path, communicator: nil)
        try file.setAttribute("format", format)
        try file.setAttribute("format_version", Int64(version))
        try file.close()
        return refusal { _ = try StudyFile(path: path) }
      }
      #expect(refusal { _ = try StudyFile(path: path) }.contains("check the name of the file"))
      #expect(
        try refused("locus-screen", 1)
          == "cannot read \(path): it is an HDF5 file but no result of a study; name one that locus study wrote")
      #expect(!StudyFile.isStudy(path))
      #expect(
        try refused(StudyFile.format, 9)
          == "cannot read \(path): its format version is 9 and this program reads 1; use the version of locus that "
          + "wrote it")
      #expect(StudyFile.isStudy(path))
      #expect(try refused(StudyFile.format, 1).contains("locus_version"))
    }
  }

  /// One thing in a sound file is wrong.
  @Test(arguments: [
    ("start", "the columns of /start are of different lengths; the file is damaged"),
    ("studies", "it is a file of studies without any study; the file is damaged"),
    ("layer", "/units/mlp_pre_out has no dimension layer; the file is damaged"),
    ("coordinate", "/studies/pruning/step has a coordinate that is no finite number; the file is damaged"),
    ("shape", "/studies/pruning/step has the shape [1, 2]; the file is damaged"),
  ]) func damageIsRefused(_ damage: String, _ words: String) throws {
    try run { (folder) throws in
      let path = folder + "/study.h5"
      try StudyFileTests.write(path, damage)
      let refusal = refusal {
        let file = try StudyFile(path: path)
        _ = try file.study("pruning")
        _ = try file.units(of: "mlp_pre_out")
      }
      #expect(refusal == "cannot read \(path): \(words)")
    }
  }

  /// Writes a file without its last groups, and these anew.
  private static func write(_ path: String, _ damage: String) throws {
    try StudyWriter.write(SampleStudy.provenance, starts: [], studies: [SampleStudy.ablation], units: [], to: path)
    let file = try File.update(path, communicator: nil)
    switch damage {
    case "start":
      let start = try file.createGroup("start")
      for (name, count) in [("time", 1), ("command_line", 2), ("hosts", 1), ("job", 1)] {
        try start.createDataset(name, type: .text, shape: [count]).writeWhole([String](repeating: "", count: count))
      }
      for name in ["ranks", "threads", "units_before"] {
        try start.createDataset(name, type: .int32, shape: [1]).writeWhole([Int32](repeating: 1, count: 1))
      }
      try start.close()
    case "layer":
      let units = try file.createGroup("units").createGroup("mlp_pre_out")
      try units.setAttribute("comment", "")
      try units.close()
    case "studies":
      try file.close()
      return try writeRoot(path)
    default:
      let pruning = try file.openGroup("studies").createGroup("pruning")
      try pruning.setAttribute("comment", "")
      let step = try pruning.createDataset("step", type: .float64, shape: damage == "shape" ? [1, 2] : [2])
      try step.writeWhole([0, Double.nan])
      try step.setAttribute("CLASS", "DIMENSION_SCALE")
      try step.close()
      try pruning.close()
    }
    try file.close()
  }

  /// Writes nothing but root attributes.
  private static func writeRoot(_ path: String) throws {
    let file = try File.create(path, communicator: nil)
    try file.setAttribute("format", StudyFile.format)
    for name in ["format_version", "ranks", "threads"] { try file.setAttribute(name, Int64(1)) }
    for name in [
      "locus_version", "created", "config", "command_line", "model_name", "model_sha256", "plan_sha256", "blas",
    ] { try file.setAttribute(name, "") }
    try file.close()
  }

  // MARK: Other readers

  private static let reading = """
    import sys, warnings, h5py, numpy, xarray
    warnings.simplefilter("error")
    path = sys.argv[1]
    for engine in ("netcdf4", "h5netcdf"):
        def read(group):
            with xarray.open_dataset(path, group=group, engine=engine) as data:
                return data.load()
        root = read("/")
        assert root.attrs["format"] == "locus-study" and root.attrs["config"].startswith("model: m\\n# ä")
        data = read("studies/ablation")
        assert data.cross_entropy.dims == ("site", "seed", "fraction") and data.fraction.dtype == numpy.float64
        assert data.cross_entropy.sel(site="mlp_pre_out", seed=3, fraction=0.25).item() == 18 / 8
        assert data.cross_entropy.isnull().sum() == 1 and data.worst.isnull().sum() == 1 and data.baseline.dims == ()
        assert data.attrs["findings"][1] == "Units, too." and data.label.sel(site="attn_pre_out") == "attention, out"
        assert read("studies/pruning").is_kept.sel(step=1).item() is True
        units = read("units/mlp_pre_out")
        assert units["order"].dims == ("layer", "unit") and units["mean"].sel(layer=0, unit=1) == 2
        assert list(read("start").ranks) == [4, 2]
    with h5py.File(path) as file:
        names = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in names:
            item = file[name]
            assert item.attrs["long_name"] and item.attrs["units"], name
            assert item.is_scale or all(len(axis) == 1 for axis in item.dims), name
    print("read", len(names))
    """

  @Test(.enabled(if: Places.hasPython, "skipped: `make python` has not made its environment"))
  func xarrayOpensEveryGroup() throws {
    try run { (folder) throws in
      let path = folder + "/study.h5"
      try SampleStudy.write(to: path)
      let outcome = try Program(Places.python).run(["-c", StudyFileTests.reading, path])
      #expect(outcome.output == "read 27\n", "\(outcome.errors)")
    }
  }
}

import Archive
import Foundation
import HDF5
import Perturbations
import Testing
import TestSupport
import Transformer

/// Groups of an analysis file, written and read back.
@Suite(.serialized) struct GroupTests {
  private let provenance = AnalysisProvenance(
    locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: "locus analyze", source: "screen.h5",
    sourcePlanSHA256: "cd")

  private let group = AnalysisGroup(
    name: "everything", comment: "How it was made.",
    tallies: [
      .init(family: "bias", findings: 1, tests: 3, strongest: "layer 0 q (δ 0.5)"),
      .init(family: "stripes", findings: 0, tests: 12),
    ],
    dimensions: [
      .init("task", labels: ["story", "code 🦙"]), .init("block", length: 3), .init("none", length: 0),
      .init("rank", length: 2, from: 1),
    ],
    variables: [
      .init("counts", ["task", "block"], "counts", .counts([1, -2, 3, 4, 5, .max])),
      .init("numbers", ["block"], "numbers", units: "nat", .numbers([0.5, -.infinity, 1e-300])),
      .init("one", [], "a single number", .numbers([2.5])),
      .init("square", ["task", "task"], "square", .counts([1, 2, 3, 4])),
      .init("matrices", ["block"], "matrices", .matrices([.q, .down, .gate])),
      .init("kinds", ["task"], "kinds", .kinds([.zero, .maximum])),
      .init("truths", ["task"], "truths", .truths([true, false])),
      .init("bytes", ["block"], "bytes", missing: 255, .bytes([0, 7, 255])),
      .init("ranked", ["rank"], "ranked", missing: -1, .counts([4, -1])),
      .init("texts", ["block"], "texts", .texts(["", "two\nlines", "né"])),
      .init("empty", ["none"], "empty", .numbers([])),
    ])

  @Test func whatIsWrittenIsRead() throws {
    try World.run { (_) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/a.h5"
        try AnalysisWriter(path: path).write([group], provenance: provenance)
        let file = try AnalysisFile(path: path)
        #expect(try file.group("everything") == group)
        #expect(try file.group("nothing") == nil)
      }
    }
  }

  /// One thing in the group is wrong.
  @Test(arguments: [
    ("shape", "does not fit"), ("type", "a type that no analysis has"), ("axis", "an axis without a name"),
    ("codes", "stands for nothing"), ("words", "2 codes for 1 words"), ("scale", "has the shape"),
    ("list", "not a list"),
  ]) func damageIsRefused(_ damage: String, _ words: String) throws {
    try World.run { (_) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/a.h5"
        try write(path, damage)
        let file = try AnalysisFile(path: path)
        var refusal = "accepted"
        do { _ = try file.group("odd") } catch { refusal = "\(error)" }
        #expect(refusal.contains(words), "\(refusal)")
      }
    }
  }

  /// None could show it, and an error about it would be of two lines.
  @Test(arguments: ["two\nlines", "\u{7}"]) func namesThatAreNoLinesAreRefused(_ name: String) throws {
    try World.run { (_) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/a.h5"
        try write(path, "nothing", group: name)
        var refusal = "accepted"
        do { _ = try AnalysisFile(path: path) } catch { refusal = "\(error)" }
        #expect(refusal.contains("the name of member 0 is no line") && !refusal.contains("\n"), "\(refusal)")
        // What another command finds is not kept from its place.
        let writer = try AnalysisWriter(path: path)
        #expect(try writer.write([group], to: .geometry, provenance: provenance).isEmpty)
        #expect(try AnalysisFile(path: path).group("everything", of: .geometry) == group)
      }
    }
  }

  private func write(_ path: String, _ damage: String, group name: String = "odd") throws {
    let file = try File.create(path, communicator: nil)
    for (name, value) in [
      ("format", AnalysisFile.format), ("locus_version", "1"), ("created", ""), ("command_line", ""), ("source", ""),
      ("source_plan_sha256", ""),
    ] { try file.setAttribute(name, value) }
    try file.setAttribute("format_version", Int64(AnalysisFile.version))
    let root = try file.createGroup("analysis")
    let group = try root.createGroup(name)
    try group.setAttribute("comment", "")
    let scale = try group.createDataset("block", type: .int64, shape: damage == "scale" ? [1, 3] : [3])
    try scale.writeWhole([Int64](0..<3))
    if damage == "scale" {
      try scale.setAttribute("CLASS", "DIMENSION_SCALE")
    } else {
      try scale.makeScale("block")
    }
    let isOfCodes = ["codes", "words"].contains(damage)
    let type: ElementType = damage == "type" ? .int16 : isOfCodes ? .uint8 : .float64
    let values = try group.createDataset("values", type: type, shape: [damage == "shape" ? 4 : 3])
    switch damage {
    case "type": try values.writeWhole([Int16](0..<3))
    case "codes", "words": try values.writeWhole([UInt8](7..<10))
    case "shape": try values.writeWhole([Double](repeating: 0, count: 4))
    default: try values.writeWhole([Double](repeating: 0, count: 3))
    }
    try values.setAttribute("long_name", "values")
    try values.setAttribute("units", "1")
    if isOfCodes {
      try values.setAttribute("flag_values", [UInt8](0..<2))
      try values.setAttribute("flag_meanings", damage == "words" ? "no" : "no yes")
    }
    switch damage {
    case "axis", "scale": break
    case "list": try values.setAttribute("DIMENSION_LIST", "a text")
    case "shape":
      // A scale of another group, as long as the values and of the same name.
      let others = try root.createGroup("others")
      try others.setAttribute("comment", "")
      let other = try others.createDataset("block", type: .int64, shape: [4])
      try other.writeWhole([Int64](0..<4))
      try other.makeScale("block")
      try values.attachScale(other, axis: 0)
      try other.close()
      try others.close()
    default: try values.attachScale(scale, axis: 0)
    }
    try values.close()
    try scale.close()
    try group.close()
    try root.close()
    try file.close()
  }
}

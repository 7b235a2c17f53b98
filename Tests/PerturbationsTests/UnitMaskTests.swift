import Foundation
import Perturbations
import Testing
import TestSupport
import Transformer

/// Files of masks: what is written is read, and what is amiss is refused with a sentence.
struct UnitMaskTests {
  private static let digest = String(repeating: "0a", count: 32)
  private static let mask = UnitMask(
    modelSHA256: digest, site: .mlpHidden, grid: UnitGrid(layerCount: 4, width: 384), flat: [1150, 3, 0, 384, 385])

  @Test func whatIsWrittenIsRead() throws {
    let shape = try Demo().model.shape
    let text = String(decoding: Self.mask.json, as: UTF8.self)
    #expect(
      text == """
        {
         "format": "locus-mask",
         "version": 1,
         "model_sha256": "\(Self.digest)",
         "site": "mlp_pre_out",
         "layers": 4,
         "width": 384,
         "units": [
          [0, 3],
          [0, 1],
          [382],
          []
         ]
        }

        """)
    try Places.withTemporaryFolder { folder in
      let path = folder + "/mask.json"
      try Data(Self.mask.json).write(to: URL(fileURLWithPath: path))
      let read = try UnitMask.load(path: path, shape: shape)
      #expect(read == Self.mask && read.count == 5 && read.edit.units == [[0, 3], [0, 1], [382], []])
      #expect(read.edit.places(ofLayer: 2) == [.site(.mlpHidden)] && read.edit.places(ofLayer: 3).isEmpty)
      try read.check(modelSHA256: Self.digest, path: path)
    }
    #expect(UnitMask.isMask(Self.mask.json) && !UnitMask.isMask(Array("{\"format\": 1}".utf8)))
    #expect(!UnitMask.isMask([0x89, 0x48]))
  }

  @Test func aMaskOfAnotherModelIsRefused() throws {
    #expect {
      try Self.mask.check(modelSHA256: String(repeating: "ff", count: 32), path: "mask.json")
    } throws: {
      "\($0)"
        == "cannot use the mask mask.json: its units are those of another model: the SHA-256 of its weights "
        + "begins with 0a0a0a0a0a0a, and that of this model's with ffffffffffff; name the model that the mask "
        + "was made for, or make a mask for this one"
    }
  }

  @Test(arguments: [
    (
      "\"width\": 384", "\"width\": 385",
      "cannot use the mask m.json: it is of 4 layers of 385 units at mlp_pre_out, and this model has 4 layers of 384; "
        + "name the model that the mask was made for, or make a mask for this one"
    ),
    ("[382]", "[384]", refusal("units is not a list of 4 lists of ascending whole numbers from 0 to 383")),
    ("[0, 1]", "[1, 0]", refusal("units is not a list of 4 lists of ascending whole numbers from 0 to 383")),
    ("[0, 3]", "[0, 0]", refusal("units is not a list of 4 lists of ascending whole numbers from 0 to 383")),
    ("[382],", "", refusal("units is not a list of 4 lists of ascending whole numbers from 0 to 383")),
    ("locus-mask", "mask", refusal("it is no JSON object with \"format\": \"locus-mask\"")),
    ("\"version\": 1", "\"version\": 2", refusal("its version is not 1, the one that this program reads")),
    ("0a0a", "0A0a", refusal("model_sha256 is not 64 hexadecimal digits")),
    ("\"mlp_pre_out\"", "\"mlp\"", refusal("site is none of res_pre, attn_pre_out, res_mid, mlp_pre_out, res_post")),
    ("\"layers\": 4", "\"layers\": 4.5", refusal("layers and width are not both whole numbers")),
    ("{", "", refusal("it is not JSON at byte 10, where ':' stands in place of the end")),
  ])
  func whatIsAmissIsSaid(old: String, new: String, sentence: String) throws {
    let shape = try Demo().model.shape
    let text = String(decoding: Self.mask.json, as: UTF8.self)
    let place = try #require(text.range(of: old))
    let bytes = Array(text.replacingCharacters(in: place, with: new).utf8)
    #expect { _ = try UnitMask(bytes: bytes, path: "m.json", shape: shape) } throws: { "\($0)" == sentence }
  }

  /// More values than the model has units are not read.
  @Test func aHostileFileIsRefused() throws {
    let bytes = Array(("[" + String(repeating: "0,", count: 4000) + "0]").utf8)
    let shape = try Demo().model.shape
    #expect { _ = try UnitMask(bytes: bytes, path: "m.json", shape: shape) } throws: {
      "\($0)".contains("it holds more than")
    }
  }

  private static func refusal(_ problem: String) -> String {
    "cannot read the mask m.json: \(problem); name a file that the study pruning wrote"
  }
}

import Configuration
import Foundation
import Hosts
import Inputs
import Screen
import Testing
import TestSupport
import Tokenizers
import Transformer

/// Images as the inputs of a screen, and what is wrong with them in one sentence.
@Suite struct ImageInputsTests {
  private let size = TinyImageHost.size

  /// The inputs at a path for the tiny host in a folder.
  private func load(_ path: String, _ host: TinyImageHost = TinyImageHost(), perTask: Int? = nil) throws
    -> [ScreenInput]
  {
    try Places.withTemporaryFolder { folder in
      try host.write(to: folder)
      return try InputSource.file(path).candidates(
        tokenizer: ClassVocabulary(TinyImageHost.classNames), perTask: perTask, model: HostShape.load(path: folder),
        stepCount: 1)
    }
  }

  /// The sentence with which what `body` makes in a folder is refused, without the folder's name.
  private func refusal(
    _ host: TinyImageHost = TinyImageHost(), of name: String = "images", _ body: (String) throws -> Void
  ) throws -> String {
    try Places.withTemporaryFolder { folder in
      try body(folder + "/" + name)
      do {
        _ = try load(folder + "/" + name, host)
        return "accepted"
      } catch {
        let sentence = "\(error)".replacing(folder + "/", with: "")
        #expect(!sentence.contains("\n"))
        return sentence
      }
    }
  }

  // MARK: Tensors

  @Test func imagesOfAFile() throws {
    try Places.withTemporaryFolder { folder in
      let images = TinyImageHost.images(5)
      try TinyImageHost.write(images, to: folder + "/images.safetensors", labels: [2, 0, 2, 2, 1])
      let inputs = try load(folder + "/images.safetensors")
      #expect(inputs.map(\.content) == images.map(Prompt.image))
      #expect(
        inputs.map(\.task) == ["owl", "cat", "owl", "owl", "dog"] && inputs.map(\.id) == ["0", "1", "2", "3", "4"])
      #expect(inputs.allSatisfy { $0.positionCount == 7 && $0.tokens.isEmpty && $0.answer == $0.task })
      #expect(try load(folder + "/images.safetensors", perTask: 1).map(\.id) == ["0", "1", "4"])
    }
  }

  @Test func filesThatCannotBeUsed() throws {
    func tensors(
      _ shape: [Int], _ name: String = "pixel_values", labels: [String: [Int64]] = ["labels": [0]], value: Float = 0
    ) throws -> String {
      try refusal { path in
        let values = Array(repeating: value, count: shape.reduce(1, *))
        try TensorWriter.write(path, [TensorWriter.Tensor(name, shape, values)], wholeNumbers: labels)
      }
    }
    #expect(
      try tensors([1, 3, 6, 13])
        == "images: each image of pixel_values is of 3 × 6 × 13 channels, rows and columns, and the model reads "
        + "3 × 6 × 12; resize it before, as the model's own preprocessing does")
    #expect(
      try tensors([1, 0, 6, 12]) == "images: each image of pixel_values has no channels, and the model reads 3")
    #expect(try tensors([3, 6, 12]).contains("pixel_values has the shape [3, 6, 12], and has to be [images, channels"))
    #expect(try tensors([1, 3, 6, 12], "pixels").contains("has no tensor pixel_values"))
    #expect(try tensors([1, 3, 6, 12], labels: [:]).contains("has no tensor labels"))
    #expect(try tensors([1, 3, 6, 12], labels: ["labels": [0, 1]]).contains("2 labels for 1 images"))
    #expect(try tensors([0, 3, 6, 12], labels: ["labels": []]) == "images: there are no images; put some there")
    for label: Int64 in [3, -1, .max] {
      #expect(
        try tensors([1, 3, 6, 12], labels: ["labels": [label]])
          == "images: the label of image 0 is \(label), and the model has the classes 0 to 2; correct it or take the "
          + "model that belongs to the labels")
    }
    #expect(
      try refusal { path in
        var images = TinyImageHost.images(3)
        var values = images[1].values
        values[2 * 72 + 3 * 12 + 5] = .nan
        images[1] = Image(size: size, values: values)
        try TinyImageHost.write(images, to: path)
      } == "images: image 1 holds nan at row 3 and column 5, which is no number of a pixel; make the file again")
    #expect(
      try refusal { try Data(#"{"id": "a", "task": "t", "prompt": "x"}"#.utf8).write(to: URL(fileURLWithPath: $0)) }
        .contains("and the model classifies images; name a safetensors file with pixel_values and labels"))
    #expect(try refusal { _ in }.contains("this is no file, and the model classifies images"))
  }

  // MARK: Pictures

  private func bytes(_ count: Int, _ seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: 37 * $0 + seed) }
  }

  private func folder(_ path: String, _ names: [String]) throws {
    for name in names {
      try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }
  }

  @Test func picturesOfAFolder() throws {
    try Places.withTemporaryFolder { path in
      try folder(path, ["owl", "cat"])
      let (colors, grey) = (bytes(3 * 72), bytes(72, 9))
      try PNGWriter.write(path + "/owl/b.png", width: 12, height: 6, color: .colors, bytes: colors)
      try PNGWriter.write(path + "/owl/a.png", width: 12, height: 6, color: .grey, bytes: grey)
      let transparent = (0..<72).flatMap { pixel -> [UInt8] in
        Array(colors[3 * pixel..<3 * pixel + 3]) + [UInt8(pixel)]
      }
      try PNGWriter.write(path + "/cat/c.png", width: 12, height: 6, color: .colorsAndAlpha, bytes: transparent)
      let inputs = try load(path)
      #expect(inputs.map(\.id) == ["cat/c.png", "owl/a.png", "owl/b.png"])
      #expect(inputs.map(\.task) == ["cat", "owl", "owl"] && inputs[1].prompt == "owl/a.png")
      func values(_ input: Int) -> [Float] {
        if case .image(let image) = inputs[input].content { image.values } else { [] }
      }
      let (mean, deviation): ([Float], [Float]) = ([0.5, 0.25, 0.5], [0.5, 0.5, 0.25])
      func expected(_ byte: UInt8, _ channel: Int) -> Float { (Float(byte) / 255 - mean[channel]) / deviation[channel] }
      for channel in 0..<3 {
        for pixel in 0..<72 {
          let place = channel * 72 + pixel
          #expect(abs(values(2)[place] - expected(colors[3 * pixel + channel], channel)) < 1e-6)
          #expect(abs(values(1)[place] - expected(grey[pixel], channel)) < 1e-6)
        }
      }
      #expect(values(0) == values(2))
    }
  }

  @Test func foldersThatCannotBeUsed() throws {
    func picture(
      _ name: String = "cat/a.png", width: Int = 12, color: PNGWriter.Color = .colors, bits: UInt8 = 8, count: Int
    ) throws -> String {
      try refusal { path in
        try folder(path, ["cat"])
        try PNGWriter.write(path + "/" + name, width: width, height: 6, color: color, bits: bits, bytes: bytes(count))
      }
    }
    #expect(
      try picture(width: 11, count: 3 * 66)
        == "images: cat/a.png is of 3 × 6 × 11 channels, rows and columns, and the model reads 3 × 6 × 12; resize it "
        + "before, as the model's own preprocessing does")
    #expect(try picture(bits: 16, count: 6 * 72) == "images/cat/a.png: its numbers have 16 bits; save it with 8")
    #expect(try picture("a.png", count: 3 * 72).contains("'a.png' is no folder of a class"))
    #expect(
      try refusal { try folder($0, ["cow"]) }
        == "images: the sub-folder 'cow' has no name of a class of the model, which are cat, dog, owl; rename it")
    #expect(try refusal { try folder($0, ["cat"]) } == "images: there are no images; put some there")
    #expect(
      try refusal { path in
        try folder(path, ["cat"])
        try Data("GIF89a".utf8).write(to: URL(fileURLWithPath: path + "/cat/a.png"))
      }.contains("images/cat/a.png: this is no PNG file that can be read"))
    #expect(
      try refusal { path in
        try folder(path, ["cat"])
        try PNGWriter.write(path + "/cat/a.png", width: 12, height: 6, color: .colors, bytes: bytes(3 * 72))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path + "/cat/a.png"))
        try whole.prefix(120).write(to: URL(fileURLWithPath: path + "/cat/a.png"))
      }.contains("this is no PNG file that can be read (the file ends too early)"))
    var host = TinyImageHost()
    host.preprocessor = nil
    #expect(try refusal(host) { try folder($0, ["cat"]) }.contains("does not say what the numbers of a pixel are"))
    host = TinyImageHost()
    host.configuration["id2label"] = ["0": "cat", "1": "cat"]
    #expect(try refusal(host) { try folder($0, ["cat"]) }.contains("'cat' is the name of the classes 0 and 1"))
    host.configuration["num_channels"] = 1
    host.configuration["id2label"] = ["0": "cat", "1": "dog"]
    host.preprocessor = ["image_mean": [0.5], "image_std": [0.5]]
    #expect(
      try refusal(host) { path in
        try folder(path, ["cat"])
        try PNGWriter.write(path + "/cat/a.png", width: 12, height: 6, color: .colors, bytes: bytes(3 * 72))
      } == "images/cat/a.png: it is in colour, and the model reads one channel; save it in shades of grey")
  }

  // MARK: Configurations

  /// The sentence with which a configuration of the tiny host is refused.
  private func refusal(ofConfiguration text: String) throws -> String {
    try Places.withTemporaryFolder { folder in
      try TinyImageHost().write(to: folder + "/model")
      try TinyImageHost.write(TinyImageHost.images(3), to: folder + "/images.safetensors")
      let path = folder + "/screen.yaml"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      do {
        _ = try PreparedScreen(configurationPath: path)
        return "accepted"
      } catch {
        return "\(error)".replacing(folder + "/", with: "")
      }
    }
  }

  @Test func keysOfTextsAreRefused() throws {
    let rest = "\nmodel: model\nmutations: {region: [4, 4], matrices: [q, up]}\n"
    let images = "inputs: images.safetensors"
    #expect(try refusal(ofConfiguration: images + rest) == "accepted")
    #expect(
      try refusal(ofConfiguration: "continuation: {tokens: 4}\n" + images + rest)
        == "screen.yaml: line 1: continuation.tokens: the model classifies images, and continues no text; remove this "
        + "key")
    #expect(
      try refusal(ofConfiguration: "continuation: {temperature: 1}\n" + images + rest)
        .contains("line 1: continuation.temperature: the model classifies images"))
    #expect(
      try refusal(ofConfiguration: "tokenizer: t.json\n" + images + rest)
        .contains("line 1: tokenizer: the model classifies images, and reads no text"))
    #expect(
      try refusal(ofConfiguration: "inputs: {mmlu: folder, right: 1, wrong: 1}" + rest)
        .contains("line 1: inputs.mmlu: the model classifies images, and answers no questions"))
    #expect(
      try refusal(
        ofConfiguration: "inputs: images.safetensors\nmodel: \(Places.demo)/model\nmutations: {region: [4, 4]}")
        == "images.safetensors: this is a safetensors file; name a file of JSON lines, one object with id, task and "
        + "prompt on a line")
  }
}

import Clouds
import Geometry
import HDF5
import Testing
import TestSupport

/// Points of files, with their names, firings and relations.
@Suite(.serialized) struct PointSourcesTests {
  @Test func rowsOfATensor() throws {
    try Bench.run { bench in
      let path = try bench.square(metadata: ["words": #"["a", "b", "c", "d"]"#])
      // The only tensor of two dimensions needs no name.
      for name in ["points", nil] {
        let read = try TensorCloud(PointSource(path: path), tensor: name)
        #expect(read.tensorName == "points" && read.cloud.names == ["a", "b", "c", "d"])
        #expect(read.cloud.points == PointCloud(dimension: 2, values: [0, 1, 1, 0, 1, 1, 2, 1]))
        #expect(read.cloud.numbers == [0, 1, 2, 3] && read.cloud.firings == nil)
      }
      try TensorWriter.write(bench.path("wide"), [.init("w", [2, 3], [1, 2, 3, 4, 5, 6])])
      let columns = try TensorCloud(PointSource(path: bench.path("wide")), tensor: "w", transposing: true)
      #expect(columns.cloud.points.values == [1, 4, 2, 5, 3, 6])
    }
  }

  /// More rows than are read at a time.
  @Test func manyRowsComeInSlabs() throws {
    try Bench.run { bench in
      let (count, width) = (3001, 700)
      let values = TensorWriter.numbers(count * width, seed: 1)
      try TensorWriter.write(bench.path("many"), [.init("w", [count, width], values)])
      #expect(try TensorCloud(PointSource(path: bench.path("many")), tensor: nil).cloud.points.values == values)
      let transposed = try TensorCloud(PointSource(path: bench.path("many")), tensor: nil, transposing: true).cloud
      #expect(transposed.points.count == width && transposed.points.dimension == count)
      #expect((0..<count).allSatisfy { transposed.points.values[699 * count + $0] == values[$0 * width + 699] })
      try bench.write("many.h5", dataset: "w", [count, width], values.map(Double.init))
      #expect(try DatasetCloud(PointSource(path: bench.path("many.h5")), dataset: "w").cloud.points.values == values)
    }
  }

  @Test func rowsOfADataset() throws {
    try Bench.run { bench in
      let values: [Float] = [0, 1, 1, 0, 1, 1, 2, 1]
      try bench.write("f32.h5", dataset: "points", [4, 2], values)
      try bench.write("f64.h5", dataset: "points", [4, 2], values.map(Double.init))
      for name in ["f32.h5", "f64.h5"] {
        let cloud = try DatasetCloud(PointSource(path: bench.path(name)), dataset: "/points").cloud
        #expect(cloud.points == PointCloud(dimension: 2, values: values) && cloud.names == nil)
      }
      try bench.write("i32.h5", dataset: "points", [2, 4], [0, 1, 1, 2, 1, 0, 1, 1] as [Int32])
      let columns = try DatasetCloud(
        PointSource(path: bench.path("i32.h5")), dataset: "points", transposing: true)
      #expect(columns.cloud.points == PointCloud(dimension: 2, values: values) && !columns.isMatlab)
      // Beyond float32.
      try bench.write("large.h5", dataset: "points", [4, 2], [1e300, 1, 1, 0, 1, 1, 2, 1])
      let cloud = try DatasetCloud(PointSource(path: bench.path("large.h5")), dataset: "points").cloud
      #expect(cloud.losses.notFinite == 1 && cloud.numbers == [1, 2, 3])
    }
  }

  @Test func vectorsOfWords() throws {
    try Bench.run { bench in
      let path = try bench.write("words.json", #"{"one": [1, 0.5], "two": [2, -1e1], "é": [3, 4], "é2": [1, 0.5]}"#)
      let cloud = try WordVectorCloud(PointSource(path: path)).cloud
      #expect(cloud.names == ["one", "two", "é", "é2"])
      #expect(cloud.points.values == [1, 0.5, 2, -10, 3, 4, 1, 0.5])
      #expect(cloud.losses.duplicates == 1 && cloud.losses.pointCount == 4)
    }
  }

  @Test func whatHasNoPlaceInACloudIsLeftOutAndCounted() throws {
    try Bench.run { bench in
      try TensorWriter.write(
        bench.path("odd"),
        [.init("w", [8, 2], [0, 0, 1, .nan, 1, 2, .infinity, 0, 1, 2, 3, 4, 5, 6, -0.0, 0])])
      // The last but one of the sound points never fires.
      let firings = try bench.write(
        "firings.h5", offsets: [0, 1, 2, 4, 4, 5, 5, 7, 7], documents: [0, 0, 1, 2, 0, 1, 2], count: 3)
      let labels = try bench.write("labels", "zero\nnan\na\ninf\na again\nsilent\nb\nzero too\n")
      let all = try TensorCloud(PointSource(path: bench.path("odd"), labels: labels), tensor: nil).cloud
      #expect(all.names == ["a", "a again", "silent", "b"] && all.numbers == [2, 4, 5, 6])
      var losses = Cloud.Losses()
      (losses.pointCount, losses.notFinite, losses.zero, losses.duplicates) = (8, 2, 2, 1)
      #expect(all.losses == losses)
      let firing = try TensorCloud(
        PointSource(path: bench.path("odd"), labels: labels, firings: firings), tensor: nil
      ).cloud
      losses.neverFiring = 1
      #expect(firing.losses == losses && firing.names == ["a", "a again", "b"])
      #expect(firing.firings == FiringRecord(documentCount: 3, documentsOfFeatures: [[1, 2], [0], [1, 2]]))
    }
  }

  @Test func relationsArePairsOfPoints() throws {
    try Bench.run { bench in
      let path = try bench.write(
        "words.json", #"{"oslo": [1, 0], "norway": [2, 0], "Rome": [3, 4], "italy": [1, 1], "rome": [7, 7]}"#)
      let questions = try bench.write(
        "questions.txt",
        ": capitals of all\r\nOslo Norway Rome Italy\nRome Italy Oslo Norway\n\n: nothing here\nBern Bernese Oslo "
          + "Oslonian\n"
      )
      let samples = try bench.write(
        "samples.json", #"{"name": "capital", "samples": [{"subject": "Norway", "object": "Oslo"}], "more": 1}"#)
      let list = try bench.write("to-upper.json", #" [{"input": "rome", "output": "Rome", "more": []}]"#)
      let cloud = try WordVectorCloud(PointSource(path: path, relations: [questions, samples, list])).cloud
      #expect(
        cloud.relations == [
          .init(name: "capitals of all", pairs: [.init(from: 0, to: 1), .init(from: 2, to: 3)]),
          .init(name: "capital", pairs: [.init(from: 1, to: 0)]),
          .init(name: "to-upper", pairs: [.init(from: 4, to: 2)]),
        ])
      #expect(cloud.losses.missingPairs == 2)
    }
  }

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func realVectorsAndRelations() throws {
    try Bench.run { _ in
      let folder = Places.sharedData
      let relations = ["questions-words.txt", "relations/country_capital_city.json", "function_vectors/next_item.json"]
      let glove = try WordVectorCloud(
        PointSource(
          path: folder + "/embeddings/glove-50d-5k.json", relations: relations.map { folder + "/eval-analogies/" + $0 })
      ).cloud
      #expect(glove.points.count == 5050 && glove.points.dimension == 50 && glove.names?.first == "the")
      // 182 whole questions of the family are the ordered pairs of 14 pairs.
      let family = try #require(glove.relations.first { $0.name == "family" })
      #expect(family.pairs.count == 14)
      #expect(glove.relations.contains { $0.name == "country capital city" })
      let words = try TensorCloud(
        PointSource(path: folder + "/embeddings/derived-word2vec-300d-capitals-subset.safetensors"), tensor: nil)
      #expect(words.cloud.points.count == 257 && words.cloud.names?.contains("queen") == true)
      let features = try TensorCloud(
        PointSource(path: folder + "/sae-tinystories1M/derived-sae_1024_4.safetensors"), tensor: "decoder_weights")
      #expect(features.cloud.points.count == 1024 && features.cloud.points.dimension == 64)
    }
  }

  /// As editors and spreadsheets of some systems save texts.
  @Test func marksOfByteOrderAndQuotesAreNoPartOfTexts() throws {
    try Bench.run { bench in
      let words = try bench.write(
        "words.json", "\u{FEFF}\r\n{\"a\": [1, 0],\r\n\"b\": [2, 0], \"c\": [3, 4], \"d\": [1, 1]}")
      let questions = try bench.write("questions.txt", "\u{FEFF}: pairs\r\na b c d\r\n")
      let cloud = try WordVectorCloud(PointSource(path: words, relations: [questions])).cloud
      #expect(cloud.names == ["a", "b", "c", "d"] && cloud.relations.map(\.pairs.count) == [2])
      for (name, text) in [
        ("plain.txt", "\u{FEFF}a\r\nb, \"c\"\r\n\"d\r\n\"\r\n"),
        ("quoted.csv", "\u{FEFF}\"a\"\r\n\"b, \"\"c\"\"\"\r\n\"\"\"d\"\r\n\"\"\"\"\r\n"),
        ("list.json", "\u{FEFF}[\"a\", \"b, \\\"c\\\"\", \"\\\"d\", \"\\\"\"]"),
      ] {
        let labels = try bench.write(name, text)
        let read = try TensorCloud(PointSource(path: bench.square(), labels: labels), tensor: nil)
        #expect(read.cloud.names == ["a", "b, \"c\"", "\"d", "\""], "\(name)")
      }
    }
  }
}

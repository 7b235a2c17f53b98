import Configuration
import Tokenizers
import Transformer

/// The source of a screen's inputs.
public enum InputSource: Equatable, Sendable {
  /// A file of JSON Lines or, for a model that classifies them, a file or folder of images.
  case file(String)
  /// Questions of MMLU.
  case mmlu(MMLU)

  /// The keys of a group under `inputs`.
  public static let keys = ConfigurationGroup("inputs", keys: ["mmlu", "subjects", "shots", "right", "wrong"])

  /// Reads the key `inputs` of a file: a path, or a group of keys.
  public init(_ file: ConfigurationReader) throws {
    let value = try file.required("inputs", example: "PATH")
    if value.isGroup, let group = try file.subgroup(Self.keys) {
      self = .mmlu(try MMLU(group))
    } else {
      self = .file(try value.path())
    }
  }

  /// The inputs of a file, images where the model classifies these; of MMLU the first questions, as many as will be
  /// chosen, of which no model has been asked yet.
  public func candidates(
    tokenizer: any Tokenizer, perTask: Int?, model: HostShape, stepCount: Int
  ) throws -> [ScreenInput] {
    switch self {
    case .file(let path):
      if case .patches(let embedding) = model.embedding {
        let (names, count) = (model.readout.classNames, embedding.positionCount)
        return try ImageInputs.load(
          path: path, ImageChoice(count: perTask), embedding: embedding, classNames: names
        ).map {
          ScreenInput(
            id: $0.id, name: $0.name, image: $0.image, className: names[$0.classNumber], positionCount: count)
        }
      }
      return try MisplacedFile.inputs.reading(path) {
        try InputsFile.load(path: path, tokenizer: tokenizer, perTask: perTask, model: model, stepCount: stepCount)
      }
    case .mmlu(let mmlu):
      let questions = try MMLUQuestions(mmlu, tokenizer: tokenizer, model: model, stepCount: stepCount)
      let wanted = mmlu.rightCount + mmlu.wrongCount
      var inputs: [ScreenInput] = []
      for index in 0..<questions.count where inputs.count < wanted {
        if let input = try questions.input(index) { inputs.append(input) }
      }
      guard inputs.count == wanted else {
        throw TextFileError.input(
          mmlu.folder,
          "\(inputs.count) of \(questions.count) questions fit into the model's context, and inputs asks for "
            + "\(wanted); ask for fewer, or name more subjects")
      }
      return inputs
    }
  }
}

/// A choice among the questions of MMLU (Hendrycks and others 2021): the first that the baseline answers right, and the
/// first that it answers wrong.
public struct MMLU: Equatable, Sendable {
  /// The folder that holds `dev` and `test`.
  public let folder: String
  /// The subjects in this order; nil: all that the folder has, by name.
  public let subjects: [String]?
  /// Solved questions of `dev` in front of each.
  public let shotCount: Int
  /// Questions to take that the model answers right.
  public let rightCount: Int
  /// Questions to take that it answers wrong.
  public let wrongCount: Int

  private static let countLimit = 65_535

  /// Takes the choice of questions as the configuration writes it.
  public init(folder: String, subjects: [String]?, shotCount: Int, rightCount: Int, wrongCount: Int) {
    self.folder = folder
    self.subjects = subjects
    self.shotCount = shotCount
    self.rightCount = rightCount
    self.wrongCount = wrongCount
  }

  init(_ group: ConfigurationReader) throws {
    folder = try group.required("mmlu", example: "FOLDER").path()
    subjects = try group["subjects"].flatMap(MMLU.subjects)
    shotCount =
      try group["shots"]?.integer(in: 0...100, "a number of solved questions", use: "a whole number from 0 to 100") ?? 5
    func count(_ key: String) throws -> Int {
      try group.required(key, example: "10").integer(
        in: 0...MMLU.countLimit / 2, "a number of questions", use: "a whole number from 0 to \(MMLU.countLimit / 2)")
    }
    rightCount = try count("right")
    wrongCount = try count("wrong")
    guard rightCount + wrongCount > 0 else {
      throw try group.required("wrong", example: "10").refusal(
        "right and wrong are both 0; ask for a question at least")
    }
  }

  private static func subjects(_ value: ConfigurationValue) throws -> [String]? {
    if value.text == "all" { return nil }
    var subjects: [String] = []
    for element in try value.list(use: "all or a list such as [anatomy, virology]") {
      // A subject is a part of the names of files.
      guard let name = element.text, name.wholeMatch(of: /[A-Za-z0-9_]+/) != nil else {
        throw element.mismatch("a subject", use: "a name of letters, digits and underscores, such as college_physics")
      }
      guard !subjects.contains(name) else { throw element.refusal("'\(name)' occurs twice; keep one") }
      subjects.append(name)
    }
    return subjects
  }
}

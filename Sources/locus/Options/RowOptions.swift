import ArgumentParser

/// How the points of a file are read.
struct RowOptions: ParsableArguments {
  @Option(
    help: """
      The tensor of a safetensors or .npz file whose rows are the points; not needed if only one tensor has two \
      dimensions.
      """)
  var tensor: String?

  @Flag(
    help: """
      The columns of the tensor or dataset are the points, as in decoders of the shape [width, features] and in \
      matrices of MATLAB.
      """)
  var columns = false

  @Option(help: "The dataset of an HDF5 file whose rows are the points.")
  var dataset: String?

  @Option(help: "Names of the points: a text with one a line, or a JSON list.")
  var labels: String?

  @Option(help: "A firing record, as --keep-firings writes it.")
  var firings: String?

  @Option(
    help: ArgumentHelp(
      """
      Relations between the points' names, for crystals; may be given several times. Questions of word2vec, {name, \
      samples: [{subject, object}]}, or a list of {input, output}.
      """, valueName: "file"))
  var relations: [String] = []

  /// Whether an option was given that only a file of points takes.
  var isUsed: Bool {
    tensor != nil || columns || dataset != nil || labels != nil || firings != nil || !relations.isEmpty
  }
}

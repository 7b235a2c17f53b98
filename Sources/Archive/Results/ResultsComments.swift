import Perturbations

/// What a results file says of how its numbers were made, so that they can be made again from the file and the model
/// alone.
enum ResultsComments {
  /// The comment of the whole file.
  static let randomNumbers = """
    All random numbers come from Philox4x32-10 (Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3). Its \
    key is the attribute seed, first the lower 32 bits, then the upper ones. The four words of its counter are given \
    where numbers are drawn, as in (1, 2, 3, 4). What comes out are four words of 32 bits, w0 to w3. A whole number \
    below n is the integer part of (w0 2^32 + w1) n / 2^64. A normal number is sqrt(-2 ln((w0 + 0.5) / 2^32)) cos(2 pi \
    (w1 + 0.5) / 2^32) in double precision (Box and Muller 1958).
    """

  /// How mutations were made.
  static let mutations =
    """
    A region is a rectangle of the tensor as its file stores it: rows from row on, columns from column on. Old weights \
    are widened to float32, which is exact, and new weights are float32 numbers.
    """ + " " + Kind.recipes

  /// What is otherwise of matrices outside of the layers.
  static let outer = """
    The embedding and the head are [vocabulary, hidden]: rows are tokens, whatever the order of the file. Where they \
    are one matrix, that is the embedding, and both change. In counters of random numbers their layer is 65535.
    """

  static let text = """
    What the tokens of the continuation add to a text one after the other, as /vocabulary has it, read as UTF-8 with \
    U+FFFD for what is none and for a zero byte.
    """

  static let drive = """
    The positions of a baseline are those of its prompt and of its continuation but for the last token, which is never \
    read. All of them count, but in the last layer, where behind the inputs of q, k and v only those count whose \
    scores choose a token: the last of the prompt and those behind it.
    """
}

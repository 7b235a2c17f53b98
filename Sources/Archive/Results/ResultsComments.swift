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

  /// The comment of the mutations.
  static let mutations = """
    A region is a rectangle of the tensor as its file stores it: rows from row on, columns from column on. Old weights \
    are widened to float32, which is exact, and new weights are float32 numbers. maximum, minimum, zero and mean set \
    all weights of the region to value; the mean is summed in double precision and rounded. negate turns the sign of \
    each weight, and scale multiplies each by value in float32. The other kinds are random; what they do depends on \
    the seed, the kind, the layer, the matrix and the place alone, whatever else is screened. In their counters m is \
    2^24 kind + 2^16 matrix + layer, as these datasets have them. signed: all weights of a row of the region become \
    value, or -value where a whole number below 2 is 1, from the counter (row, first column of the region, m, 0); \
    value is the maximum or the minimum of the matrix, whichever is larger in magnitude, and the maximum if both are \
    equal. shuffle: the weights of the region, numbered row by row, are permuted (Fisher and Yates): for i from the \
    last number down to 1, weight i changes places with weight j, a whole number below i + 1 from the counter (first \
    row of the region, first column of the region, m, i). noise: value times the standard deviation of the matrix \
    times a normal number is added to each weight, in double precision, and the sum is rounded; the counter is (row of \
    the weight, column of the weight, m, 0), and the standard deviation is the root of the mean square of all weights \
    of the matrix less their mean.
    """

  /// The comment of tokens, the baseline's and the mutants'.
  static let tokens = """
    A token is the one with the largest score, the first of equals. At temperature 0, an attribute of the file, scores \
    are the logits. Above it they are the logits times 1 / temperature, which is rounded to float32, plus Gumbel \
    noise, the same for the baseline and all mutants: of the token v it is -ln(-ln((w + 0.5) / 2^32)), in double \
    precision and then rounded to float32, where w is word v mod 4 of what the counter (v div 4, step, number of the \
    input, 0) gives. Where scores are not finite numbers, the largest of the others wins, and token 0 if there is none.
    """

  static let text = """
    What the tokens of the continuation add to a text one after the other, as /vocabulary has it, read as UTF-8 with \
    U+FFFD for what is none and for a zero byte.
    """

  static let firstChange = """
    A mutant with scores that are not finite numbers counts as different at the first step that has any, whatever it \
    says there.
    """

  static let margin = """
    Scores are what tokens are chosen by: at a temperature above 0 the logits over the temperature and the noise. Not \
    a number where the first change is at scores that are not finite numbers. How safe a verdict is against rounding: \
    the terms that a mutation adds to the baseline are in root mean square at most 32 times as large as what they \
    leave, which is then known to about 2e-6 of its size, or the mutated layer is computed anew with the mutated \
    weights themselves. So a margin is as good as that of a mutated file in float32. With weights of 1e3 to 1e7 \
    planted in each matrix no verdict differed from double precision, and margins differed by as much as plain float32 \
    makes them: less than 1e-3 in most models, up to 2e-2 in a few. A verdict with a margin below 1e-4 in a model of \
    ordinary weights may be decided by rounding.
    """

  static let divergence = """
    Of the softmax of the logits as they are, which is at temperature 1, also where tokens are sampled at another one. \
    Not a number where logits of the mutant are not finite numbers.
    """

  static let direction = """
    The residual stream behind the last layer and before the final norm, mutant less baseline, at the positions whose \
    scores choose the tokens of the baseline's continuation; averaged over the steps of an input, then over the \
    inputs. Where record.direction of the configuration is a number of components, these are a random projection of \
    it: component c is the sum over i of P(c, i) times component i, P(c, i) being a normal number from the counter (c, \
    i, 1886547818, 0) over the root of the number of components, rounded to float32.
    """

  static let response = """
    Where the mutation enters is behind attention for q, k, v and o, and at the end of the layer for gate, up and \
    down. Its own shift there is averaged as that of direction is, and projected in the same way.
    """

  static let drive = """
    The positions of a baseline are those of its prompt and of its continuation but for the last token, which is never \
    read. All of them count, but in the last layer, where behind the inputs of q, k and v only those count whose \
    scores choose a token: the last of the prompt and those behind it.
    """
}

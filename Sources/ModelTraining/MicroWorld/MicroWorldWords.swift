/// The words and sentence forms of the micro-world.
enum MicroWorldWords {
  /// Countries and their capitals.
  static let capitals = pairs(
    """
    France Paris Italy Rome Spain Madrid Norway Oslo Egypt Cairo Japan Tokyo China Beijing Peru Lima Cuba Havana Kenya \
    Nairobi Greece Athens Austria Vienna Poland Warsaw Ireland Dublin Portugal Lisbon Germany Berlin Russia Moscow \
    Chile Santiago Canada Ottawa Sweden Stockholm Finland Helsinki Hungary Budapest Turkey Ankara Denmark Copenhagen
    """)
  /// Words for a man, and those for a woman.
  static let genders = pairs(
    """
    man woman king queen prince princess father mother brother sister uncle aunt boy girl son daughter husband wife \
    duke duchess lord lady nephew niece
    """)
  /// Words for grown people, and those for their young ones.
  static let young = pairs(
    "man boy woman girl king prince queen princess father son mother daughter uncle nephew aunt niece")

  /// Sentences about a capital k of a country c, which end in it.
  static let capitalForms = [
    "The capital of {c} is {k}.", "The capital city of {c} is called {k}.", "{c} has its capital in {k}.",
    "The main city of {c} is {k}.", "In {c}, the capital is {k}.", "Q: What is the capital of {c}? A: {k}.",
  ]
  /// Sentences about the country c of a capital k, which end in it.
  static let countryForms = [
    "{k} is the capital of {c}.", "{k} is a city in {c}.", "The city of {k} lies in {c}.",
    "The city {k} belongs to {c}.", "{k} is the main city of {c}.", "Q: Which country is {k} in? A: {c}.",
  ]
  /// Sentences about two pairs.
  static let relationForms = ["{a} is to {b} as {x} is to {y}.", "Just as {a} goes with {b}, {x} goes with {y}."]

  /// Names of girls and of boys.
  static let (girls, boys) = (words("Anna Mia Lily Sara Emma Rosa"), words("Tom Ben Sam Leo Max Jack"))
  /// Kinds of things, eight of each.
  static let kinds = [
    ("color", words("red blue green black white pink brown gold")),
    ("animal", words("cat dog bird fish fox cow duck bear")),
    ("fruit", words("apple pear plum grape lemon peach melon fig")),
    ("toy", words("ball kite drum doll boat top bell cup")),
    ("place", words("park house garden school shop farm river hill")),
    ("number", words("one two three four five six seven eight")),
  ]
  /// The words of a kind.
  static func kind(_ name: String) -> [String] { kinds.first { $0.0 == name }?.1 ?? [] }

  /// Letters to be copied.
  static let letters = words("b c d e f g h j k l m n p q r s t u v w x y z")
  /// Ends of lines, those of a class rhyme.
  static let rhymes = [
    ["all the day", "far away", "in the hay", "as if to play"],
    ["in the night", "by the light", "out of sight", "warm and bright"],
    ["in the tree", "by the sea", "wild and free", "with a bee"],
    ["under the moon", "with a spoon", "until noon", "to a tune"],
    ["on the wall", "with a ball", "big and tall", "in the fall"],
    ["near the king", "in the spring", "in a ring", "on one wing"],
    ["in a box", "with the fox", "on the rocks", "in its socks"],
    ["on the hill", "by the mill", "very still", "in the chill"],
  ]
  /// What an animal of a poem does.
  static let verbs = words("sits runs jumps sleeps waits hides sings plays")
  /// Names of functions and of variables of the toy language.
  static let (functions, variables) = (words("add scale fold pick shift wrap join trim"), words("a b c n x y"))

  /// The sentences of a story, of which it has one of each list.
  static let story = [
    [
      "{n} had a {col} {toy}.", "One day, {n} found a {col} {toy}.",
      "There was a {boy} named {n}. {He} had a {col} {toy}.",
    ],
    ["{He} liked {his} {toy} very much.", "The {toy} was new, and {he} was happy."],
    ["{He} took the {toy} to the {place}.", "{He} went to the {place} with {his} {toy}."],
    ["At the {place}, {he} met {his} friend {n2}.", "{n2} was at the {place} too."],
    ["{n2} was sad because {he2} had no {toy}.", "{He2} wanted to play with the {col} {toy}."],
    ["So {n} gave {his} {toy} to {n2}.", "So {n} let {n2} play with the {toy}."],
    ["{He2} thanked {n}, and they were happy.", "Then {n} and {n2} went home."],
  ]
  /// The turns of a dialogue, which is one of these.
  static let talks = [
    [
      "Where is my {col} {toy}?", "Your {toy} is in the {place}.", "Thank you, {n2}.", "You are welcome, {n}.",
    ],
    ["Do you like the {fruit}?", "Yes, I like the {fruit}.", "I will give you one, {n2}.", "Thank you, {n}."],
    [
      "Can we go to the {place}?", "Yes, we can go to the {place} now.", "I will bring my {toy}.",
      "I like your {toy}, {n}.",
    ],
    [
      "I saw a {col} {animal}.", "Where did you see the {animal}?", "I saw it in the {place}.",
      "Let us go to the {place}, {n}.",
    ],
  ]

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  private static func pairs(_ text: String) -> [[String]] {
    let all = words(text)
    return stride(from: 0, to: all.count, by: 2).map { [all[$0], all[$0 + 1]] }
  }
}

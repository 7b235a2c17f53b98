import Findings
import Testing
import Texts

/// One text and its contrary for every form.
struct TextFormTests {
  private static let prose = " She went to the garden with her kite. At the garden, she met her friend Emma. She"

  private func form(_ text: String) -> TextForm {
    var known = KnownWords()
    known.learn(text)
    return TextForm(of: text, known: known)
  }

  @Test func proseHasNoForm() {
    #expect(form(TextFormTests.prose) == [])
    #expect(form(" Havana. The city of Rome lies in Italy. It is old.").isPlain)
  }

  @Test func threeLinesAreLineBreaks() {
    #expect(form("The cat sat.\nThe dog ran.\n\n  \nThe bird sang.") == .lineBreaks)
    #expect(form("The cat sat.\n\n\nThe dog ran.") == [])
  }

  @Test(arguments: [
    ("It sits all the day.\nMy duck likes to play.", true), ("It is the night\nof all the light\nthat we", true),
    ("It sits in the sun.\nMy duck is at home,\nAnd then we all run.", true),
    ("We went by the gate.\nShe came there too late.", true), ("We like to sing.\nWe wear a ring.", true),
    ("It sits all the day.\nMy duck likes the day.", false), ("It is the night\nwe saw the light", false),
    ("She was running.\nHe was sitting.", false), ("We looked and wanted\nto be wherever\nothers ended.", false),
    ("a day\nto play", false), ("He saw the hut.\nHe saw the hat.", false),
  ])
  func linesRhyme(text: String, does: Bool) {
    #expect(form(text).contains(.rhyme) == does, "\(text)")
  }

  @Test func rhymingLinesAreVerse() {
    let verse = "\nIt sits all the day.\nMy duck sits in the fall,\nIt sleeps on the wall."
    #expect(form(verse) == [.lineBreaks, .rhyme] && form(verse).isVerse)
    #expect(!form("It sits all the day.\nMy duck likes to play.").isVerse, "two lines")
  }

  @Test func quotationsAreTurns() {
    let turns = " \"Yes, we can go to the park now.\"\nLily said, \"I will bring my cup.\"\nS"
    #expect(form(turns) == [.lineBreaks, .quotedTurns] && form(turns).isDialogue)
    #expect(form("“Come in,” she said. «Non», he said.") == .quotedTurns)
    #expect(form(" \"Yes, we can,\" she said. It was 3\" and 4\" long.") == [])
    #expect(!form("x = [\"a\", \"b\"]\nprint(\"c\")").isDialogue, "code")
  }

  @Test func itemsAreAList() {
    #expect(form("Buy\n- milk\n- bread") == [.lineBreaks, .list])
    #expect(form("1. Go home\n2. Sleep") == .list && form(" A) gold\nB) ball").contains(.list))
    #expect(form("12 men came\n13 men left\n3.14 is pi") == .lineBreaks)
  }

  @Test func statementsAreCode() {
    #expect(form("\n  return ((b - 9) * (b - b));\n}\n\ndef scale(b) {\n  return").contains(.code))
    #expect(form("for (int i = 0; i < 3; i++) x += y;").contains(.code))
    #expect(form("    let n = size(b)\n    let m = n").contains(.code))
    #expect(!form(" 74\n49 + 30 = 79\n69 - 21 = 48\n49 + 30").contains(.code))
    #expect(!form(" u z c r j\nCopy: z z n -> z z n\nCopy: z z q -> z").contains(.code))
    #expect(!form("  In the deep of night;\n  Return to me, my light;\n  for you").contains(.code))
  }

  @Test func cyclesAreRepetition() {
    #expect(form("She said no no no no no no").contains(.repetition))
    #expect(form("Then the red cat and the red cat and the red cat and the red cat").contains(.repetition))
    #expect(form("well hahahahahahahahahaha").contains(.repetition) && form("----------------").contains(.repetition))
    #expect(form("no no no") == [], "short")
    #expect(!form("The red cat saw the red cat and the dog saw the blue bird on the wall").contains(.repetition))
  }

  @Test func noWordIsEmpty() {
    for text in ["", " \n\n", "...!?"] { #expect(form(text) == .empty, "\(text)") }
    #expect(form("a") == [])
  }

  @Test func strangeWordsAreNonWords() {
    var known = KnownWords()
    known.learn("The cat sat on the mat")
    let strange = "glrb the ingtheer obst cat ofwasand"
    #expect(TextForm(of: strange, known: known) == .nonWords)
    #expect(TextForm(of: "the cat sat on glrb obst", known: known) == [], "two are few")
    #expect(TextForm(of: "THE CAT 123 + 4 x y z", known: known) == [], "numbers and letters are no words")
    // Words that three mutants share are the screen's.
    for text in [strange, strange + "!", strange + "?"] {
      #expect(!known.isKnown("glrb"))
      known.count(text)
    }
    #expect(known.isKnown("glrb") && TextForm(of: strange, known: known) == [])
  }
}

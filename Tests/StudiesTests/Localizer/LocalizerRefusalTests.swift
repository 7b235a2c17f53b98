import Testing
import TestSupport

/// What the localizer does not take, in one sentence each.
struct LocalizerRefusalTests {
  private static let keys = "conditions: {A: one, B: two}, contrast: [A, B]"
  private static let responses = keys + ", responses: {table: table.csv, stimuli: trials}"

  private func expect(_ section: String, table: String = LocalizerBench.table, _ sentence: String) throws {
    try Places.withTemporaryFolder { folder in
      let bench = try LocalizerBench(folder, table: table)
      #expect(bench.refusal(section) == sentence)
    }
  }

  @Test func conditionsThatCannotBeCompared() throws {
    try expect(
      "contrast: [A, B]",
      "localizer.yaml: line 4: studies.localizer.conditions is missing; add 'conditions: {sentences: TEXT, nonwords: "
        + "TEXT}' here")
    try expect(
      "conditions: {A: one, B: to}, contrast: [A, B]",
      "localizer.yaml: line 4: studies.localizer.conditions.B: no text is named 'to'; did you mean two?")
    try expect(
      "conditions: {A: one, B: two}, contrast: [A, C]",
      "localizer.yaml: line 4: studies.localizer.contrast: 'C' is not a condition; use two of the conditions A, B, "
        + "the "
        + "one that units should answer to first")
    try expect(
      "conditions: {A: one, B: short}, contrast: [A, B]",
      "localizer.yaml: line 4: studies.localizer.conditions.B: the text short has 1 row, and a t-test needs at "
        + "least 2; "
        + "name a longer text")
    try expect(
      Self.keys + ", alphas: [1, 0.1]",
      "localizer.yaml: line 4: studies.localizer.alphas: the penalties do not ascend; use an ascending list of "
        + "penalties "
        + "above 0, such as [0.1, 1, 10]")
  }

  @Test(arguments: [
    ("", "table.csv: the table is empty; write a header 'stimulus,group,response' and a row each"),
    (
      "a,b\nc,d\n",
      "table.csv: line 1: the header has 2 columns; write the stimulus, its group, and a column for each response"
    ),
    ("s,g,x\n", "table.csv: line 1: there is no row below the header; write one a stimulus"),
    (
      "a,0,1\nb,0,2\n",
      "table.csv: line 1: the column '1' is named by a number; begin with a header 'stimulus,group,response'"
    ),
    ("s,g,x,x\na,0,1,2\n", "table.csv: line 1: two columns are named 'x'; give each response its own name"),
    ("s,g,x\na,0,1\nb,0\n", "table.csv: line 3: the row has 2 cells and the header 3; write one for each column"),
    ("s,g,x\na,0,1\nb,0,\n", "table.csv: line 3: the cell of 'x' is missing; write a value, or leave the row out"),
    ("s,g,x\na,0,1\nb,,2\n", "table.csv: line 3: the cell of 'g' is missing; write a value, or leave the row out"),
    ("s,g,x\na,0,1\nb,0,NaN\n", "table.csv: line 3: 'NaN' in 'x' is no number; write a value, or leave the row out"),
    (
      "s,g,x\na,0,1\na,1,2\n",
      "table.csv: line 3: the stimulus 'a' is that of line 2 too; write one row a stimulus, such as the mean"
    ),
    (
      "s,g,x,y\na,0,1,2\nb,1,3,2\n",
      "table.csv: line 1: the response 'y' is the same in every row, so that nothing can predict it; leave the "
        + "column out"
    ),
    (
      "s,g,x\na,0,1\nb,0,2\nc,0,3\n",
      "table.csv: all rows are of one group; each group is predicted by the others, so name at least two"
    ),
    (
      "s,g,x\na,0,1\nb,0,2\nc,1,3\nd,1,3\n",
      "table.csv: outside one of the folds there are fewer than 3 rows to learn from; add rows"
    ),
    (
      "s,g,x\na,0,1\nb,0,2\nc,1,3\nd,1,3\nz,2,0\n",
      "table.csv: line 6: there is no stimulus 'z' among those of the text trials, or it is shorter than a row; "
        + "name one, or leave the row out"
    ),
  ])
  func tablesThatCannotBePredicted(_ table: String, _ sentence: String) throws {
    try expect(Self.responses, table: table, sentence)
  }

  @Test func requestsThatDoNotFitTheTable() throws {
    let start = Self.keys + ", responses: {table: table.csv, stimuli: "
    try expect(Self.responses, "accepted")
    try expect(start + "trials, folds: 7}", "table.csv: the table has 6 rows and 7 folds are asked for; ask for fewer")
    try expect(
      start + "trials, folds: 4}", "table.csv: the table has 3 groups and 4 folds are asked for; ask for fewer")
    try expect(
      start + "one}",
      "table.csv: the table has 6 rows and the text one 4, which stand for each other by their order; give both as "
        + "many, "
        + "or stimuli as JSON Lines with an id")
    try expect(
      start + "twice}",
      "table.csv: line 7: the stimulus 'f' has 2 rows of the text twice; take the first alone with 'first: true', and "
        + "give each an id of its own")
    try expect(
      start + "trials, layer: 4}",
      "cannot predict responses from layer 4: the model has layers 0 to 3; name one")
    try expect(
      start + "trials, ceiling: 2}",
      "localizer.yaml: line 4: studies.localizer.responses.ceiling: '2' is not a ceiling; use a correlation above 0 "
        + "and "
        + "up to 1, such as 0.8")
  }

  @Test(arguments: [
    (#"{"text": "A b."}"#, "times is missing; write the reading time of each word"),
    (#"{"text": "A b.", "times": [1]}"#, "there are 2 words and 1 times; write a time for each word"),
    (#"{"text": "A b.", "times": [1, null]}"#, "times: this is not a list of numbers; write a list of numbers"),
    (
      #"{"text": "A b.", "times": [1, 2], "sentence_start": [true]}"#,
      "there are 2 words and sentence_start says 1; write one for each word"
    ),
    (#"{"times": [1, 2]}"#, "there is neither a text nor a list of tokens; write one of them"),
    (
      #"{"tokens": [1, 5], "words": [[1, 3]], "times": [1]}"#,
      "words: this is no list of [first, end) of the 2 tokens, one behind the other"
    ),
    (#"{"tokens": [1, 512], "words": [[1, 2]], "times": [1]}"#, "token 512 is not in the model's vocabulary of 512"),
  ])
  func passagesThatCannotBeRead(_ line: String, _ problem: String) throws {
    try Places.withTemporaryFolder { folder in
      let bench = try LocalizerBench(folder, passages: "\n" + line + "\n")
      #expect(bench.refusal(Self.keys + ", passages: passages.jsonl") == "passages.jsonl: line 2: \(problem)")
    }
  }
}

#!/usr/bin/env python3
"""check.py [--summary]: counts what the house does not want, and fails where there is more of it than its limit.

Each finding is printed as FILE:LINE, and a table of all counts and limits follows; --summary prints the table alone.
The limits below may only go down. The rules:

    folder      a folder holds at most 20 source files
    file        a Swift source has at most 300 lines
    function    a function, initializer or subscript has at most 60 lines
    undocumented  every public or package declaration has a doc comment of its own; extensions need none, nor do members
                that a protocol describes: one of ours, or a standard one (PROTOCOL_MEMBERS)
    fragment    the first sentence of a doc comment can be read without the line below it: it does not begin with a word
                that leans on something else (LEANING) unless it goes on for nine words, and it has at least two;
                a span of code is one word
    stream      no two random streams of a module have the same letters or number
    column      a line of Swift, C or shell ends at column 120
    readme      every module has a README.md
"""
import pathlib
import re
import subprocess
import sys

# Rule: the most findings in Sources, and in Tests. None: the rule does not hold there.
LIMITS = {
    "folder": (0, 0),
    "file": (0, 0),
    "function": (0, 0),
    "undocumented": (0, 0),
    "fragment": (0, 0),
    "stream": (0, None),
    "column": (0, 0),
    "readme": (0, None),
}
MOST_FILES, MOST_LINES, MOST_FUNCTION_LINES, MOST_COLUMNS = 20, 300, 60, 120
LEANING = re.compile(
    r"(Of|By|Those|That of|The same|Without|With|As|Like|For|From|In|On|At|To|And|But|Nor|Where|Whose|Which|Than)\b")
LEANING_WORDS, LEAST_WORDS = 9, 2
PROTOCOL_MEMBERS = {
    "description", "debugDescription", "errorDescription", "==", "<", "hash", "encode", "init(from", "init(argument",
    "makeIterator", "next", "allCases", "rawValue", "id", "CodingKeys",
}
SOURCE_SUFFIXES = {".swift", ".c", ".h", ".js", ".css", ".mustache"}
ROOT = pathlib.Path(__file__).resolve().parents[2]


# ---- Swift, line by line


def skip_string(text, start):
    """The index behind the string literal that begins at `start`."""
    hashes = re.compile("#*").match(text, start).end() - start
    quote = '"""' if text.startswith('"""', start + hashes) else '"'
    end, escape = quote + "#" * hashes, "\\" + "#" * hashes
    place = start + hashes + len(quote)
    while place < len(text):
        if text.startswith(end, place):
            return place + len(end)
        if text.startswith(escape + "(", place):
            place = skip_interpolation(text, place + len(escape))
        elif text.startswith(escape, place):
            place += len(escape) + 1
        else:
            place += 1
    return place


def skip_interpolation(text, start):
    """The index behind the parenthesis that closes the one at `start`."""
    depth, place = 0, start
    while place < len(text):
        if text[place] == '"' or (text[place] == "#" and re.compile('#+"').match(text, place)):
            place = skip_string(text, place)
            continue
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
        if depth == 0:
            break
    return place


def code_alone(text):
    """The text with blanks for comments and the contents of strings; its lines and columns stay."""
    parts, place = [], 0
    special = re.compile(r'//|/\*|#*"')
    while match := special.search(text, place):
        start = match.start()
        if match.group() == "//":
            end = text.find("\n", start)
        elif match.group() == "/*":
            end = text.find("*/", start)
            end = end + 2 if end >= 0 else -1
        else:
            end = skip_string(text, start)
        end = len(text) if end < 0 else end
        parts += [text[place:start], re.sub(r"[^\n]", " ", text[start:end])]
        place = end
    return "".join(parts) + text[place:]


DECLARATION = re.compile(
    r"^\s*(?:@[\w.]+(?:\([^)]*\))?\s+)*(?P<modifiers>(?:(?:[a-z]+|[a-z]+\(set\)|nonisolated\(unsafe\))\s+)*?)"
    r"(?P<keyword>func|var|let|init|subscript|struct|class|enum|actor|protocol|extension|typealias|case)\b"
    r"(?P<rest>.*)$")


class Declaration:
    """A declaration of a Swift source: its line from 0, what it is, and how visible it is."""

    def __init__(self, line, match, scopes):
        self.line = line
        self.keyword = match["keyword"]
        self.modifiers = match["modifiers"].split()
        self.is_open = any(word in ("public", "package", "open") for word in self.modifiers)
        # The types behind the colon: what a type is made of, a protocol's parents, or what a property is.
        self.parents = set(re.findall(r"\w+", match["rest"].partition(":")[2].partition("{")[0]))
        name = re.match(r"\s*`?([\w]+|[-+*/%<>=!&|^~.]+)", match["rest"])
        self.name = name.group(1) if name else ""
        if self.keyword == "init":
            label = re.match(r"\??(?:<[^>]*>)?\((\w*)", match["rest"])
            self.name = "init(" + (label.group(1) if label else "")
        outer = scopes[-1] if scopes else None
        # Members of a protocol and cases are as visible as what they belong to.
        if outer and outer.is_open and (outer.keyword == "protocol" or self.keyword == "case"):
            self.is_open = not any(word in ("private", "fileprivate") for word in self.modifiers)
        self.outer = outer


def is_local(scopes):
    """Whether something inside of these scopes is a statement rather than a member."""
    types = ("struct", "class", "enum", "actor", "protocol", "extension")
    return any(scope is None or scope.keyword not in types for scope in scopes)


def declarations(code):
    """The declarations that are no statements, in order, and the first and last line of every body."""
    found, bodies, scopes, waiting = [], [], [], None
    parentheses = 0
    for number, line in enumerate(code.split("\n")):
        match = DECLARATION.match(line) if parentheses == 0 else None
        is_pattern = match and match["keyword"] == "case" and not (scopes and scopes[-1] and scopes[-1].keyword == "enum")
        if match and not is_local(scopes) and not is_pattern:
            waiting = Declaration(number, match, scopes)
            found.append(waiting)
        for character in line:
            if character in "([":
                parentheses += 1
            elif character in ")]":
                parentheses -= 1
            elif character == "{":
                scopes.append(waiting if parentheses == 0 else None)
                waiting = None if parentheses == 0 else waiting
            elif character == "}" and scopes:
                scope = scopes.pop()
                if scope:
                    bodies.append((scope, number))
    return found, bodies


def sentences(lines):
    """The line and the first sentence of every doc comment."""
    number = 0
    while number < len(lines):
        if not lines[number].lstrip().startswith("///"):
            number += 1
            continue
        first, words = number, []
        while number < len(lines) and lines[number].lstrip().startswith("///"):
            words.append(lines[number].lstrip()[3:].strip())
            number += 1
        paragraph = "\n".join(words).split("\n\n")[0].replace("\n", " ")
        yield first, re.split(r"(?<=[.;])\s", paragraph, maxsplit=1)[0]


# ---- The rules: each yields (file, line from 1 or nothing, what was found)


class Protocols:
    """The protocols of Sources: what each of them describes, and which types conform to it."""

    def __init__(self, declarations_of_all):
        self.members, self.parents = {}, {}
        for declaration in declarations_of_all:
            if declaration.keyword in ("struct", "class", "enum", "actor", "extension", "protocol"):
                self.parents.setdefault(declaration.name, set()).update(declaration.parents)
            if declaration.outer and declaration.outer.keyword == "protocol":
                self.members.setdefault(declaration.outer.name, set()).add(declaration.name)

    def describe(self, declaration):
        """Whether a member is what a protocol of its type asks for."""
        waiting, seen = [declaration.outer.name] if declaration.outer else [], set()
        is_requirement = declaration.outer is not None and declaration.outer.keyword == "protocol"
        while waiting and not is_requirement:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                if declaration.name in self.members.get(name, ()):
                    return True
                waiting += self.parents.get(name, ())
        return False


def undocumented(path, lines, found, protocols):
    for declaration in found:
        line = declaration.line - 1
        while line >= 0 and re.match(r"\s*@\w+(\(.*\))?$", lines[line]):
            line -= 1
        told = line >= 0 and lines[line].lstrip().startswith("///")
        if declaration.is_open and declaration.keyword != "extension" and not told \
                and declaration.name not in PROTOCOL_MEMBERS and not protocols.describe(declaration):
            yield path, declaration.line + 1, f"{declaration.keyword} {declaration.name}"


def fragments(path, lines):
    for line, sentence in sentences(lines):
        count = len(re.sub(r"`[^`]*`", "code", sentence).split())
        if count < LEAST_WORDS or (LEANING.match(sentence) and count < LEANING_WORDS):
            yield path, line + 1, sentence


def long_functions(path, bodies):
    for declaration, end in bodies:
        length = end - declaration.line + 1
        if declaration.keyword in ("func", "init", "subscript") and length > MOST_FUNCTION_LINES:
            yield path, declaration.line + 1, f"{declaration.keyword} {declaration.name}: {length} lines"


def swift(path, text, parsed, protocols):
    """The findings of every rule about one Swift source."""
    lines = text.split("\n")
    count = text.count("\n")
    found, bodies = parsed
    yield "file", [(path, None, f"{count} lines")] if count > MOST_LINES else []
    yield "function", long_functions(path, bodies)
    yield "undocumented", undocumented(path, lines, found, protocols)
    yield "fragment", fragments(path, lines)


def columns(path, text):
    for number, line in enumerate(text.split("\n")):
        if len(line) > MOST_COLUMNS:
            yield path, number + 1, f"{len(line)} columns"


def crowded(paths):
    folders = {}
    for path in paths:
        if path.suffix in SOURCE_SUFFIXES and "Fixtures" not in path.parts and "Seeds" not in path.parts:
            folders.setdefault(path.parent, []).append(path)
    for folder, files in sorted(folders.items()):
        if len(files) > MOST_FILES:
            yield folder, None, f"{len(files)} files"


def without_readme(paths):
    modules = sorted({path.parts[1] for path in paths if path.parts[0] == "Sources" and len(path.parts) > 2})
    for module in modules:
        folder = pathlib.Path("Sources", module)
        # A library of the system is a map and a header.
        if folder / "module.modulemap" not in paths and folder / "README.md" not in paths:
            yield folder, None, "no README.md"


def is_shell(path, text):
    return path.suffix in (".sh", ".sbatch") or re.match(r"#!.*\b(bash|sh)\b", text) is not None


def readable(paths):
    """The paths of texts, with the texts."""
    for path in paths:
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            pass


def shared_streams(paths):
    """The random streams that have the letters or the number of an earlier one of their module."""
    pattern = re.compile(r'static let \w+: StreamName = ("\w+"|\w+)')
    seen = set()
    for path in paths:
        if path.suffix != ".swift" or path.parts[0] != "Sources":
            continue
        for number, line in enumerate((ROOT / path).read_text().splitlines()):
            if found := pattern.search(line):
                name = (path.parts[1], found[1])
                if name in seen:
                    yield path, number + 1, f"{found[1]} is the name of another stream of {path.parts[1]}"
                seen.add(name)


def check(paths):
    """All findings: rule → place → list."""
    findings = {rule: {"Sources": [], "Tests": []} for rule in LIMITS}

    def add(rule, found):
        for path, line, what in found:
            findings[rule]["Sources" if path.parts[0] != "Tests" else "Tests"].append((path, line, what))

    add("folder", crowded(paths))
    add("readme", without_readme(paths))
    add("stream", shared_streams(paths))
    texts = dict(readable(paths))
    parsed = {path: declarations(code_alone(text)) for path, text in texts.items() if path.suffix == ".swift"}
    protocols = Protocols(
        declaration for path, (found, _) in parsed.items() if path.parts[0] == "Sources" for declaration in found)
    for path, text in texts.items():
        if path in parsed:
            for rule, found in swift(path, text, parsed[path], protocols):
                add(rule, found)
        if path.suffix in (".swift", ".c", ".h") or is_shell(path, text):
            add("column", columns(path, text))
    return findings


def main():
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    findings = check(sorted({pathlib.Path(name) for name in names}))
    if "--summary" not in sys.argv[1:]:
        for rule, places in findings.items():
            for path, line, what in places["Sources"] + places["Tests"]:
                print(f"{path}{':' + str(line) if line else ''}: {rule}: {what}")
    print(f"{'':14}{'Sources':>8}{'limit':>8}{'Tests':>8}{'limit':>8}")
    exceeded = False
    for rule, limits in LIMITS.items():
        row = f"{rule:14}"
        for place, limit in zip(("Sources", "Tests"), limits):
            count = len(findings[rule][place])
            row += f"{count:8}{limit:8}" if limit is not None else ""
            exceeded = exceeded or (limit is not None and count > limit)
        print(row)
    if exceeded:
        print("house: there is more than the limits in Tests/House/check.py allow", file=sys.stderr)
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""The errors that a source tree can throw, read from its source: every `Error(ExitCode::..., {where, expected, found, next})`.

What a helper such as `fail(where, found)` is given by its callers is put in for each of them. What no source says stays a gap.
"""
import re
from collections import namedtuple

GAP = "…"
PARTS = ("where", "expected", "found", "next")
DEEPEST = 3  # helpers that call helpers
OPENING, CLOSING = "([{", ")]}"
WORD = re.compile(r"[A-Za-z_]\w*")
STRING = re.compile(r'R"\((?:.|\n)*?\)"|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'')
DEFINITION = re.compile(r"(?:\b(?:[A-Za-z_]\w*::)*(~?[A-Za-z_]\w*)|=\s*\[[^\]]*\])\s*\(")
BEFORE_BODY = re.compile(r"\s*(?:const|noexcept|override|mutable|final|->\s*[\w:<>&\s]+)*\s*\{")
NAME = re.compile(r"(?<![\w.])(?:std::move\()?\b([A-Za-z_]\w*)\b\)?(?![\w(])")
WHOLE = re.compile(r"(?<![\w.:])([A-Za-z_]\w*)\b(?!\s*(?:[.(\[]|->|::))")  # not a member of it, nor a call
NO_FUNCTIONS = {"if", "for", "while", "switch", "catch", "return", "sizeof"}

Error = namedtuple("Error", ("code", *PARTS, "path"))
# A function, method or named lambda: where its body lies, and its parameters' names.
Function = namedtuple("Function", ("name", "parameters", "start", "end", "is_local"))


def without_comments(text):
    """The same length, so that places stay what they are."""
    pieces = re.compile(STRING.pattern + r"|//[^\n]*|/\*(?:.|\n)*?\*/")
    return pieces.sub(lambda m: re.sub(r"[^\n]", " ", m[0]) if m[0].startswith("/") else m[0], text)


class Source:
    def __init__(self, path, text):
        self.path, self.text = path, without_comments(text)
        # Brackets in strings are none.
        self.shape = STRING.sub(lambda m: "~" * len(m[0]), self.text)
        self.pairs = self.find_pairs()
        opened = [m.end() - 1 for m in re.finditer(r"\bnamespace\s*\{", self.shape)]
        self.anonymous = [(at, self.closing(at)) for at in opened]
        self.functions = list(self.find_functions())
        self.names = {f.name: f.is_local for f in self.functions}
        self.calls = {}  # by name: the places of the brackets
        for match in re.finditer(r"\b([A-Za-z_]\w*)\s*\(", self.shape):
            self.calls.setdefault(match[1], []).append(match.end() - 1)

    def find_pairs(self):
        """The place of each closing bracket by that of its opening one."""
        pairs, opened = {}, []
        for match in re.finditer(r"[(\[{}\])]", self.shape):
            if match[0] in OPENING:
                opened.append(match.start())
            elif opened:
                pairs[opened.pop()] = match.start()
        return pairs

    def closing(self, at):
        return self.pairs[at]

    def arguments(self, at):
        """The texts between commas in the brackets at `at`."""
        end, start, depth, found = self.closing(at), at + 1, 0, []
        for place in range(at + 1, end):
            c = self.shape[place]
            depth += (c in OPENING) - (c in CLOSING)
            if c == "," and depth == 0:
                found.append(self.text[start:place].strip())
                start = place + 1
        last = self.text[start:end].strip()
        return found + [last] if last else found

    def find_functions(self):
        for match in DEFINITION.finditer(self.shape):
            name, opening = match[1], match.end() - 1
            if name in NO_FUNCTIONS:
                continue
            body = BEFORE_BODY.match(self.shape, self.closing(opening) + 1)
            if not body:
                continue
            if name is None:  # a lambda, by the variable that holds it
                held = re.search(r"(\w+)\s*$", self.shape[:match.start()])
                if not held:
                    continue
                name = held[1]
            parameters = [WORD.findall(re.sub(r"=.*", "", p, flags=re.DOTALL)) for p in self.arguments(opening)]
            is_local = match[1] is None or any(start < opening < end for start, end in self.anonymous)
            yield Function(name, [words[-1] for words in parameters if words], body.end() - 1, self.closing(body.end() - 1),
                           is_local)

    def around(self, place):
        """The innermost function around a place, or None."""
        all_around = [f for f in self.functions if f.start < place < f.end]
        return min(all_around, key=lambda f: f.end - f.start, default=None)

    def sites(self):
        """(place, code, parts as they stand) of every Error that is made here."""
        for match in re.finditer(r"\b(?:Error(?:\s+\w+)?|return)\s*([({])\s*(?=[\w:]+,)", self.shape):
            arguments = self.arguments(match.start(1))
            if len(arguments) != 2 or not arguments[1].startswith("{"):
                continue
            code = re.fullmatch(r"(?:\w+::)*ExitCode::(\w+)|\w*code\w*", arguments[0])
            if code:
                inner = self.shape.index("{", match.start(1) + 1 + len(arguments[0]))
                yield match.start(), code[1] or arguments[0], named(self.arguments(inner))


    def unread(self):
        """Lines with an Error that sites() does not understand, but for those that are thrown again, changed."""
        seen = {place for place, _, _ in self.sites()}
        made = re.finditer(r"\bError(?:\s+\w+)?\s*[({]\s*(?:\w+::)*(?:ExitCode::\w+|code)\s*,(?!\s*(?:std::move\()?parts\b\)?\))", self.shape)
        return [self.shape.count("\n", 0, m.start()) + 1 for m in made if m.start() not in seen]


def named(values):
    parts = dict.fromkeys(PARTS, '""')
    for part, value in zip(PARTS, values):
        given = re.match(r"\.(\w+)\s*=\s*", value)
        parts[given[1] if given else part] = value[given.end():] if given else value
    return parts


def split_top(text, operator):
    """`text` at an operator outside of brackets and strings."""
    shape = STRING.sub(lambda m: "~" * len(m[0]), text)
    depth, start, pieces = 0, 0, []
    for place, c in enumerate(shape):
        depth += (c in OPENING) - (c in CLOSING)
        if c == operator and depth == 0 and shape[place:place + 2] != "::" and shape[place - 1:place + 1] != "::":
            pieces.append(text[start:place])
            start = place + 1
    return [*pieces, text[start:]]


def template(expression, known):
    """What an expression says: its literals, a gap for all else; `known` are variables with their own expressions."""
    expression = expression.strip()
    if expression in known:
        inner = {name: value for name, value in known.items() if name != expression}
        return template(known[expression], inner)
    strings = re.fullmatch(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', expression)
    if strings:
        return "".join(s[1:-1] for s in re.findall(r'"(?:[^"\\\n]|\\.)*"', expression)) \
            .replace("\\n", " ").replace('\\"', '"').replace("\\\\", "\\")
    call = re.fullmatch(r"(?:std::move|std::string|std::string_view|printable)\s*[({](.*)[)}]", expression, re.DOTALL)
    if call or (expression.startswith("(") and expression.endswith(")") and len(split_top(expression, "+")) == 1):
        return template(call[1] if call else expression[1:-1], known)
    choice = split_top(expression, "?")
    if len(choice) > 1:
        either = split_top("?".join(choice[1:]), ":")
        texts = [template(e, known) for e in (either[0], ":".join(either[1:]))]
        return " / ".join(dict.fromkeys(t for t in texts if t.strip()))
    pieces = split_top(expression, "+")
    if len(pieces) > 1:
        return re.sub(f"{GAP}+", GAP, "".join(template(p, known) for p in pieces))
    return "" if expression in ("", "{}") else GAP


def locals_of(source, function, place):
    """Strings that a function names before the place, with what they begin as."""
    if function is None:
        return {}
    text = source.text[function.start:place]
    found = re.finditer(r"(?:std::string|auto|const char\*|string_view) (\w+)\s*(?:=\s*|\{)", text)
    shape, known = source.shape[function.start:place], {}
    for match in found:
        end = shape.find(";", match.end())
        value = text[match.end():end].rstrip("}")
        known[match[1]] = value if not re.search(rf"\b{match[1]}\s*\+=", text) else value + " + more_text"
    return known


def calls_of(sources, source, function):
    """Every call of a helper: (source, place, arguments)."""
    room = source.path.rsplit("/", 1)[0]
    homes = sum(function.name in other.names for other in sources)
    for other in sources:
        if other is not source and (
                function.is_local or (homes > 1 and other.path.rsplit("/", 1)[0] != room) or
                other.names.get(function.name)):
            continue
        for opening in other.calls.get(function.name, ()):
            arguments = other.arguments(opening)
            defines = any(f.name == function.name and other.closing(opening) < f.start <= other.closing(opening) + 40
                          for f in other.functions)
            if not defines and other.around(opening) and len(arguments) <= len(function.parameters):
                yield other, opening, arguments


def expanded(sources, source, place, code, parts, depth=0):
    """The errors of one site: one, or one for each call of the helper that it stands in."""
    function = source.around(place)
    known = locals_of(source, function, place)
    given = set(function.parameters) if function else set()
    words = set(WHOLE.findall(STRING.sub("", " ".join(known.get(p, p) for p in [*parts.values(), code]))))
    calls = list(calls_of(sources, source, function)) if given & words and depth < DEEPEST else []
    if not calls:
        yield Error(code, *(template(parts[p], known) for p in PARTS), source.path)
    for other, at, arguments in calls:
        values = dict(zip(function.parameters, arguments))

        def put_in(text):
            text = known.get(text.strip(), text)
            pieces = re.split(f"({STRING.pattern})", text)
            pieces[::2] = [NAME.sub(lambda m: f"({values[m[1]]})" if m[1] in values else m[0], p) for p in pieces[::2]]
            return "".join(pieces)

        inner = {part: put_in(text) for part, text in parts.items()}
        for one in re.findall(r"ExitCode::(\w+)", put_in(code)) or [code]:
            yield from expanded(sources, other, at, one, inner, depth + 1)


def errors(sources):
    """All of them, without repetition."""
    sources, found = list(sources), {}
    for source in sources:
        for place, code, parts in source.sites():
            for error in expanded(sources, source, place, code, parts):
                found.setdefault(error[:5], error)
    return list(found.values())

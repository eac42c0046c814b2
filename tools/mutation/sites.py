# SPDX-License-Identifier: BSD-3-Clause
"""
Sites: what can be changed in a source file, one small thing at a time
=====================================================================

A change replaces the text of one node of the syntax tree: another comparison, a constant off by
one, a condition turned round, a statement left out, an argument swapped or dropped.  What no
reader and no caller could notice is no site: annotations, docstrings, imports, decorators,
assertions made for the type checker, ``__all__`` and ``__slots__``.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

#: What a comparison, an operator or a name is exchanged for.
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
TWINS = {
    one: other
    for pair in (
        ("min", "max"), ("any", "all"), ("startswith", "endswith"), ("uid", "gid"),
        ("kuid", "kgid"), ("uid_map", "gid_map"), ("fsuid", "fsgid"), ("i_uid", "i_gid"),
        ("x", "y"), ("x1", "x2"), ("y1", "y2"), ("width", "height"), ("left", "right"),
        ("top", "bottom"), ("source", "target"), ("first", "last"), ("start", "end"),
        ("up", "down"), ("before", "after"), ("begin", "end"), ("old", "new"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip
#: Keywords whose loss nobody notices: the value is the default here, or they only guard.
SILENT = {"encoding", "strict", "maxsize", "stacklevel", "frozen", "slots", "newline", "errors"}
#: Assigned once for readers of the code or for the type checker.
FOR_TYPES = {"TypeVar", "NewType", "ParamSpec", "NamedTuple", "TypedDict", "namedtuple"}
SKIPPED = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Assert)
FIELDS = {"annotation", "returns", "decorator_list", "bases", "keywords_of_class", "type_params"}
#: Modules whose names in ``_t`` are made by NewType.
WITH_TYPES = {"kfuncviz.model.uidgid"}
#: Methods of a text that may be left out.
CLEANING = {"lower", "upper", "strip", "lstrip", "rstrip", "casefold"}
#: Expressions that need no brackets around them.
PLAIN = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Slice, ast.JoinedStr),
    *(ast.List, ast.Dict, ast.Set, ast.Tuple, ast.Starred),
)
#: Texts for people count less than code when a site is drawn.
PROSE = 0.3


@dataclass(frozen=True)
class Change:
    """One change: bytes ``start`` to ``end`` of ``path`` become ``after``.

    ``line`` is where the changed node begins; ``lines`` are those whose tests can notice, the
    closest first: the node's own, its statement's, its function's.
    """

    path: str
    line: int
    lines: tuple[tuple[int, int], ...]
    start: int
    end: int
    before: str
    after: str
    weight: float = 1.0

    def apply(self, source: bytes) -> bytes:
        """The changed file."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def changes(path: str, source: bytes) -> list[Change]:
    """All changes of a file, in the order of their lines; whether one compiles, ask `real`."""
    finder = Finder(path, source)
    finder.block(finder.tree.body)
    found = {(c.start, c.end, c.after): c for c in finder.found}
    return sorted(found.values(), key=lambda change: (change.line, change.start))


def real(change: Change, source: bytes) -> bool:
    """Whether the changed file still is Python, and not the same Python."""
    try:
        tree = ast.parse(change.apply(source))
    except (SyntaxError, ValueError):
        return False
    return ast.dump(tree) != ast.dump(ast.parse(source))


def altered(text: str) -> str:
    """``text`` with one letter or digit exchanged, always the same one."""
    places = [n for n, c in enumerate(text) if c.isascii() and c.isalnum()]
    if not places:
        return ""
    digest = int.from_bytes(hashlib.blake2s(text.encode("utf-8", "replace")).digest()[:4])
    place = places[digest % len(places)]
    other = {"z": "a", "Z": "A", "9": "8"}.get(text[place], chr(ord(text[place]) + 1))
    return text[:place] + other + text[place + 1 :]


def is_prose(text: str) -> bool:
    """Whether a text is a sentence for people rather than a name or a token."""
    return len(text) >= 12 and text.count(" ") >= 2 and sum(map(str.isalpha, text)) > len(text) / 2


def texts(text: str) -> Iterator[tuple[str, float]]:
    """What a text is exchanged for, with the weight of each."""
    if is_prose(text):
        words = text.split(" ")
        middle = len(words) // 2
        yield " ".join(words[:middle] + words[middle + 1 :]), PROSE
        yield "", PROSE
    elif text:
        yield altered(text), 1
        yield "", 1
    else:
        yield "x", 1


def is_type(node: ast.expr) -> bool:
    """Whether ``A | B`` can only be a type: an operand is None, a class or a subscript of one."""
    match node:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return is_type(left) or is_type(right)
        case ast.Constant(value=None):
            return True
        case ast.Subscript(value=value):
            return is_type(value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            builtin = name in {"str", "int", "bytes", "float", "list", "dict", "tuple", "bool"}
            return builtin or (name[0].isupper() and not name.isupper())
    return False


class Finder:
    """Walks a file and notes each change."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: list[Change] = []
        self.names = {"min", "max", "any", "all", "startswith", "endswith"}
        #: Names like kuid_t: calling one changes nothing but what mypy knows.
        self.types = {
            alias.name
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module in WITH_TYPES
            for alias in node.names
            if alias.name.endswith("_t")
        }
        for node in ast.walk(self.tree):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    self.names.add(name)
        self.function: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.statement: ast.stmt = self.tree.body[0] if self.tree.body else ast.Pass()
        self.text: ast.JoinedStr | None = None

    # ------------------------------------------------------------------ notes

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """First byte of a node, and the one behind it."""
        end, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[end - 1] + column

    def note(self, node: ast.expr | ast.stmt, after: str, weight: float = 1.0) -> None:
        """Replaces the text of a node, which stands outside every f-string, by ``after``."""
        start, end = self.span(node)
        lines = [(node.lineno, node.lineno), header(self.statement)]
        if self.function:
            function = self.function[-1]
            lines.append((function.body[0].lineno, function.end_lineno or function.lineno))
        before = self.source[start:end].decode()
        where = self.path, node.lineno, tuple(dict.fromkeys(lines))
        self.found.append(Change(*where, start, end, before, after, weight))

    def swap(self, node: ast.expr, new: ast.expr, weight: float = 1.0) -> None:
        """Replaces an expression; inside an f-string the whole of it is written anew."""
        target, result = node, new
        if self.text is not None:
            target, result = self.text, exchanged(self.text, node, new)
        try:
            text = ast.unparse(ast.fix_missing_locations(result))
        except ValueError:  # quotes that cannot be nested
            return
        self.note(target, text if isinstance(result, PLAIN) else f"({text})", weight)

    # ------------------------------------------------------------- statements

    def block(self, body: list[ast.stmt]) -> None:
        """Each statement of a block."""
        for statement in body:
            if not (isinstance(statement, SKIPPED) or for_readers(statement)):
                self.statement = statement
                self.one(statement)

    def one(self, node: ast.stmt) -> None:  # noqa: C901, PLR0912 - one case a kind
        """One statement: left out or turned round, and everything inside it."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                    self.function.append(node)
                    self.expression(default)
                    self.function.pop()
                self.function.append(node)
                self.block(node.body)
                self.function.pop()
                return
            case ast.ClassDef():
                self.block(node.body)
                return
            case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
                self.note(node, "pass")
            case ast.Raise():
                self.note(node, "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Delete():
                self.note(node, "pass")
            case ast.AugAssign():
                self.note(node, "pass")
                other = OPERATORS.get(type(node.op))
                if other is not None:
                    swapped = ast.AugAssign(node.target, other(), node.value)
                    self.note(node, ast.unparse(swapped))
            case ast.Return(value=value) if value is not None:
                if not (isinstance(value, ast.Constant) and value.value is None):
                    self.note(node, "return None")
            case ast.Return() if self.function and node is not self.function[-1].body[-1]:
                self.note(node, "pass")
            case ast.Break():
                self.note(node, "continue")
            case ast.Continue():
                self.note(node, "break")
            case ast.If(test=test) | ast.While(test=test):
                self.negate(test)
            case ast.For():
                self.note(node.iter, "()")
        self.parts(node)

    def parts(self, node: ast.AST) -> None:
        """Everything inside a node."""
        for field, value in ast.iter_fields(node):
            if field in FIELDS:
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                kept = self.statement
                self.block(value)
                self.statement = kept
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.keyword) and child.arg in SILENT:
                    continue
                if isinstance(child, ast.expr):
                    self.expression(child)
                elif isinstance(child, ast.AST):
                    self.parts(child)

    def negate(self, test: ast.expr) -> None:
        """A condition turned round; a comparison is exchanged elsewhere."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self.swap(test, test.operand)
        elif not isinstance(test, ast.Compare):
            self.swap(test, ast.UnaryOp(ast.Not(), test))

    # ------------------------------------------------------------ expressions

    def expression(self, node: ast.expr) -> None:  # noqa: C901, PLR0912 - one case a kind
        """One expression, and everything inside it."""
        match node:
            case ast.Constant():
                self.constant(node)
            case ast.JoinedStr():
                outer, self.text = self.text, self.text or node
                self.joined(node)
                self.text = outer
                return
            case ast.Compare(ops=[operator], comparators=comparators):
                for other in COMPARISONS[type(operator)]:
                    self.swap(node, ast.Compare(node.left, [other()], comparators))
            case ast.Compare(ops=[*operators]):
                for place, operator in enumerate(operators):
                    for other in COMPARISONS[type(operator)]:
                        ops = [*operators[:place], other(), *operators[place + 1 :]]
                        self.swap(node, ast.Compare(node.left, ops, node.comparators))
            case ast.BoolOp(values=values):
                other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
                self.swap(node, ast.BoolOp(other, values))
                for place in range(len(values)):
                    rest = values[:place] + values[place + 1 :]
                    self.swap(node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
                self.swap(node, operand)
            case ast.BinOp():
                if is_type(node):
                    return
                self.operator(node)
            case ast.IfExp():
                self.swap(node, ast.IfExp(node.test, node.orelse, node.body))
            case ast.Call():
                self.call(node)
            case ast.Subscript(slice=ast.Slice() as bounds):
                for field in ("lower", "upper", "step"):
                    if getattr(bounds, field) is not None:
                        kept = {"lower": bounds.lower, "upper": bounds.upper, "step": bounds.step}
                        self.swap(bounds, ast.Slice(**{**kept, field: None}))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for generator in node.generators:
                    for test in generator.ifs:
                        self.swap(test, ast.Constant(value=True))
                        self.negate(test)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                if isinstance(getattr(node, "ctx", None), ast.Store):
                    return
                if len(elements) > 1:
                    self.shorter(node, elements)
            case ast.Dict(keys=keys) if len(keys) > 1 and None not in keys:
                middle = len(keys) // 2
                items = zip(keys, node.values, strict=True)
                rest = [item for place, item in enumerate(items) if place != middle]
                self.swap(node, ast.Dict([key for key, _ in rest], [value for _, value in rest]))
            case ast.Name(id=name, ctx=ast.Load()) if TWINS.get(name) in self.names:
                self.swap(node, ast.Name(TWINS[name], node.ctx))
            case ast.Attribute(attr=name, ctx=ast.Load()) if TWINS.get(name) in self.names:
                self.swap(node, ast.Attribute(node.value, TWINS[name], node.ctx))
        self.parts(node)

    def shorter(self, node: ast.expr, elements: list[ast.expr]) -> None:
        """A list, tuple or set without its first, and without its last element."""
        for rest in (elements[1:], elements[:-1]):
            if isinstance(node, ast.Set):
                self.swap(node, ast.Set(rest))
            elif isinstance(node, (ast.List, ast.Tuple)):
                self.swap(node, type(node)(rest, ast.Load()), 0.5)

    def constant(self, node: ast.Constant) -> None:
        """A number off by one, a truth turned round, a text with another letter or none."""
        match node.value:
            case bool() as value:
                self.swap(node, ast.Constant(not value))
            case int() as value:
                self.swap(node, ast.Constant(value + 1))
                if value > 0:
                    self.swap(node, ast.Constant(value - 1))
            case float() as value:
                self.swap(node, ast.Constant(value + 1))
                self.swap(node, ast.Constant(value / 2))
            case str() as value:
                for other, weight in texts(value):
                    self.swap(node, ast.Constant(other), weight)
            case bytes() as value if value:
                self.swap(node, ast.Constant(value[:-1]))

    def joined(self, node: ast.JoinedStr) -> None:
        """The literal parts of an f-string, and the expressions in it."""
        for part in node.values:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                for other, weight in texts(part.value):
                    self.swap(part, ast.Constant(other), weight)
            elif isinstance(part, ast.FormattedValue):
                self.expression(part.value)

    def operator(self, node: ast.BinOp) -> None:
        """Another operator, or one side alone."""
        text = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
        sides = (node.left, node.right)
        if isinstance(node.op, (ast.Add, ast.Mod)) and any(
            isinstance(side, text)
            or (isinstance(side, ast.Constant) and isinstance(side.value, (str, bytes)))
            for side in sides
        ):
            if isinstance(node.op, ast.Add):
                self.swap(node, node.left)
                self.swap(node, node.right)
            return
        other = OPERATORS.get(type(node.op))
        if other is not None:
            self.swap(node, ast.BinOp(node.left, other(), node.right))
        if isinstance(node.op, (ast.Add, ast.Sub, ast.BitOr, ast.BitAnd)):
            self.swap(node, node.left)

    def call(self, node: ast.Call) -> None:
        """A keyword dropped, neighbours exchanged, a function of one argument left out."""
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in {"cast", "isinstance", "issubclass", "field", "super"} or name in self.types:
            return
        for place, keyword in enumerate(node.keywords):
            if keyword.arg is not None and keyword.arg not in SILENT:
                rest = node.keywords[:place] + node.keywords[place + 1 :]
                self.swap(node, ast.Call(node.func, node.args, rest))
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return
        for place, (one, other) in enumerate(pairwise(node.args)):
            if ast.dump(one) != ast.dump(other) and name not in {"max", "min", "zip"}:
                swapped = [*node.args[:place], other, one, *node.args[place + 2 :]]
                self.swap(node, ast.Call(node.func, swapped, node.keywords))
        match node:
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
                if not name[0].isupper():
                    self.swap(node, argument)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in CLEANING:
                self.swap(node, value)


def header(node: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement without the statements inside it."""
    end = node.end_lineno or node.lineno
    body = getattr(node, "body", None)
    return node.lineno, max(node.lineno, body[0].lineno - 1) if body else end


def exchanged(text: ast.JoinedStr, old: ast.expr, new: ast.expr) -> ast.JoinedStr:
    """A copy of an f-string with one part of it exchanged; parts are told apart by identity."""

    def copy(node: object) -> object:
        if node is old:
            return new
        if isinstance(node, list):
            return [copy(each) for each in node]
        if isinstance(node, ast.AST):
            return type(node)(**{name: copy(value) for name, value in ast.iter_fields(node)})
        return node

    return ast.JoinedStr([copy(part) for part in text.values])


def for_readers(node: ast.stmt) -> bool:
    """Whether a statement only speaks to readers, the type checker or the packaging."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")]):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id=name))) if name in FOR_TYPES:
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError" | "NotImplementedError"))):
            return True
        case ast.Assign(value=value) if isinstance(value, (ast.BinOp, ast.Subscript)):
            return is_type(value) and not isinstance(value, ast.Name)
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
    return False

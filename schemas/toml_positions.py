"""Where each key of a TOML file stands, so that a message about a value can name its line."""

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]

_LANGUAGE = Language(tree_sitter_toml.language())


def key_lines(text: str) -> dict[Path, int]:
    """Map the path of every key and array element to its line, counted from 1.

    >>> key_lines('[a]\\nb = 1\\n[[c]]\\nd = [1,\\n 2]\\n')[("c", 0, "d", 1)]
    5
    """
    tree = Parser(_LANGUAGE).parse(text.encode())
    lines: dict[Path, int] = {(): 1}
    array_lengths: dict[Path, int] = {}
    for node in tree.root_node.named_children:
        if node.type == "pair":
            _visit_pair(node, (), lines)
        elif node.type in {"table", "table_array_element"}:
            _visit_table(node, lines, array_lengths)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest enclosing one that stands in the file."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _visit_table(node: Node, lines: dict[Path, int], array_lengths: dict[Path, int]) -> None:
    header, *body = (child for child in node.named_children if child.type != "comment")
    path = _into_last_elements(_key_parts(header), array_lengths)
    if node.type == "table_array_element":
        array_lengths[path] = array_lengths.get(path, 0) + 1
        path = (*path, array_lengths[path] - 1)
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], _line(node))
    for child in body:
        _visit_pair(child, path, lines)


def _into_last_elements(parts: list[str], array_lengths: dict[Path, int]) -> Path:
    """Follow a header into the newest element of each array of tables on its way."""
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if position < len(parts) - 1 and path in array_lengths:
            path = (*path, array_lengths[path] - 1)
    return path


def _visit_pair(node: Node, base: Path, lines: dict[Path, int]) -> None:
    key, *values = (child for child in node.named_children if child.type != "comment")
    path = base
    for part in _key_parts(key):
        path = (*path, part)
        lines.setdefault(path, _line(node))
    for value in values:
        _visit_value(value, path, lines)


def _visit_value(node: Node, path: Path, lines: dict[Path, int]) -> None:
    children = [child for child in node.named_children if child.type != "comment"]
    if node.type == "array":
        for position, child in enumerate(children):
            lines.setdefault((*path, position), _line(child))
            _visit_value(child, (*path, position), lines)
    elif node.type == "inline_table":
        for child in children:
            _visit_pair(child, path, lines)


def _key_parts(node: Node) -> list[str]:
    if node.type == "dotted_key":
        return [part for child in node.named_children for part in _key_parts(child)]
    text = (node.text or b"").decode()
    return [text[1:-1] if node.type == "quoted_key" else text]


def _line(node: Node) -> int:
    return int(node.start_point.row) + 1

"""Templates call no macro they do not know: such a page would break for those who reach it."""

from pathlib import Path

from jinja2 import nodes


def trees(app):
    """Each template's path and syntax tree."""
    folder = Path(app.root_path).parent / "templates"
    for file in sorted(folder.rglob("*.html")):
        yield file.relative_to(folder), app.jinja_env.parse(file.read_text("utf-8"))


def known_to(tree):
    """What a template defines, imports or is called with."""
    names = {macro.name for macro in tree.find_all(nodes.Macro)}
    for found in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in found.names}
    return names


def called_by(tree):
    """Plain names a template calls."""
    return {
        call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)
    }


def test_every_macro_that_is_called_is_imported(app_without_database):
    all_of_them = list(trees(app_without_database))
    macros = {macro.name for _path, tree in all_of_them for macro in tree.find_all(nodes.Macro)}

    missing = {
        str(path): sorted(lacking)
        for path, tree in all_of_them
        if (
            lacking := (called_by(tree) & macros)
            - known_to(tree)
            - set(app_without_database.jinja_env.globals)
        )
    }

    assert missing == {}

"""The reference of the library as pages, from the symbol graphs that `make docs` leaves: a page for each type, its
members on it, and one for each module."""
import glob
import html
import json
import os
import re

from markdown import Page, slug

KINDS = [("Types", ("struct", "class", "enum", "protocol", "typealias", "associatedtype")), ("Cases", ("enum.case",)),
         ("Initializers", ("init",)), ("Properties", ("property", "type.property", "var")),
         ("Subscripts", ("subscript", "type.subscript")), ("Methods", ("method", "type.method", "func")),
         ("Operators", ("func.op",))]
TYPES = ("struct", "class", "enum", "protocol")


class Symbol:
    def __init__(self, raw, module):
        self.identifier = raw["identifier"]["precise"]
        self.kind = raw["kind"]["identifier"].removeprefix("swift.")
        self.path = raw["pathComponents"]
        self.module = module
        self.name = self.path[-1]
        self.declaration = raw.get("declarationFragments", [])
        self.comment = "\n".join(line["text"] for line in raw.get("docComment", {}).get("lines", []))
        self.page, self.anchor = None, None

    @property
    def summary(self):
        return self.comment.split("\n\n")[0].strip()


class Reference:
    """All symbols of the graphs below a folder, and the pages made of them."""

    def __init__(self, folder, catalogs):
        self.catalogs, self.modules, self.symbols = catalogs, {}, {}
        for path in sorted(glob.glob(os.path.join(folder, "*", "*.symbols.json"))):
            module = os.path.basename(os.path.dirname(path))
            with open(path, encoding="utf-8") as file:
                graph = json.load(file)
            for raw in graph["symbols"]:
                if raw["accessLevel"] in ("public", "open") and raw["identifier"]["precise"] not in self.symbols:
                    symbol = Symbol(raw, module)
                    self.symbols[symbol.identifier] = symbol
                    self.modules.setdefault(module, []).append(symbol)
        self.by_path = {}
        for symbol in self.symbols.values():
            self.by_path.setdefault("/".join([symbol.module, *symbol.path]), symbol)
        own = {(symbol.module, tuple(symbol.path)) for symbol in self.symbols.values() if symbol.kind in TYPES}
        for module, symbols in self.modules.items():
            used = {}
            for symbol in sorted(symbols, key=lambda symbol: (symbol.path, symbol.identifier)):
                if symbol.kind in TYPES:
                    symbol.page = f"reference/{module}/{'.'.join(symbol.path)}.html"
                    continue
                owner = tuple(symbol.path[:-1])
                if (module, owner) in own:
                    page = f"reference/{module}/{'.'.join(owner)}.html"
                else:
                    page = f"reference/{module}/{'.'.join(owner) + '-extension' if owner else 'functions'}.html"
                base = slug(symbol.name) or "operator"
                used[page, base] = used.get((page, base), 0) + 1
                symbol.page = page
                symbol.anchor = base if used[page, base] == 1 else f"{base}-{used[page, base] - 1}"

    def address(self, symbol, page):
        target = os.path.relpath(symbol.page, os.path.dirname(page))
        return target + (f"#{symbol.anchor}" if symbol.anchor else "")

    def find(self, name, module, scope):
        """What a link between double backquotes means, on the page of `scope`, a path."""
        name = re.sub(r"-[0-9a-z]{4,6}$", "", name)
        if name.startswith("/"):
            return self.by_path.get(name[1:])
        for depth in range(len(scope), -1, -1):
            if found := self.by_path.get("/".join([module, *scope[:depth], name])):
                return found
        return next((self.by_path[f"{other}/{name}"] for other in self.modules if f"{other}/{name}" in self.by_path), None)

    def text(self, comment, module, scope, page, demote=0):
        def symbol(name):
            found = self.find(name, module, scope)
            return self.address(found, page) if found else None

        if demote:
            comment = re.sub(r"^(#+ )", "#" * demote + r"\1", comment, flags=re.M)
        made = Page(comment, lambda target, is_image: target if re.match(r"https?:", target) else None, symbol)
        return re.sub(r"<li>(Parameters|Parameter \w+|Returns|Throws|Complexity|Note|Precondition|Important):",
                      r"<li><strong>\1:</strong>", made.html)

    def declaration(self, symbol, page):
        made = ""
        for piece in symbol.declaration:
            text = html.escape(piece["spelling"], quote=False)
            target = self.symbols.get(piece.get("preciseIdentifier"))
            if target and target.page and target is not symbol:
                text = f'<a href="{self.address(target, page)}">{text}</a>'
            made += text
        return f'<pre class="declaration"><code>{made}</code></pre>'

    def members(self, symbols, page):
        made = ""
        for title, kinds in KINDS:
            chosen = [symbol for symbol in symbols if symbol.kind in kinds]
            if not chosen:
                continue
            made += f'<h2 id="{slug(title)}">{title}</h2>\n'
            for symbol in sorted(chosen, key=lambda symbol: (symbol.name, symbol.identifier)):
                name = html.escape(symbol.name)
                if symbol.kind in TYPES:
                    made += f'<p><a href="{self.address(symbol, page)}"><code>{name}</code></a> '
                    made += self.line(symbol, page) + "</p>\n"
                    continue
                made += f'<h3 id="{symbol.anchor}"><code>{name}</code></h3>\n{self.declaration(symbol, page)}\n'
                made += self.text(symbol.comment, symbol.module, symbol.path[:-1], page, demote=2) + "\n"
        return made

    def line(self, symbol, page):
        """The first sentence, as HTML without a paragraph."""
        return re.sub(r"^<p>|</p>$", "", self.text(symbol.summary, symbol.module, symbol.path, page))

    def pages(self):
        """Path, title and HTML of each page."""
        for module, symbols in self.modules.items():
            groups = {}
            for symbol in symbols:
                groups.setdefault(symbol.page, [])
                if symbol.kind not in TYPES:
                    groups[symbol.page].append(symbol)
            types = {symbol.page: symbol for symbol in symbols if symbol.kind in TYPES}
            for symbol in types.values():
                if len(symbol.path) > 1 and (outer := f"reference/{module}/{'.'.join(symbol.path[:-1])}.html") in groups:
                    groups[outer].append(symbol)
            for page, members in groups.items():
                if own := types.get(page):
                    title = ".".join(own.path)
                    body = f"<h1>{html.escape(title)}</h1>\n{self.declaration(own, page)}\n"
                    body += self.text(own.comment, module, own.path, page)
                else:
                    title = os.path.basename(page).removesuffix(".html").replace("-extension", ", in an extension")
                    title = "Functions and operators" if title == "functions" else title
                    body = f"<h1>{html.escape(title)}</h1>"
                yield page, title, f'<p class="path"><a href="index.html">{module}</a></p>\n{body}\n{self.members(members, page)}'
            yield f"reference/{module}/index.html", module, self.module(module, groups, types)
        yield "reference/index.html", "Reference", self.index()

    def module(self, module, groups, types):
        page = f"reference/{module}/index.html"
        catalog = os.path.join(self.catalogs, module, f"{module}.docc", f"{module}.md")
        body, listed = f"<h1>{module}</h1>\n", set()

        def entries(names):
            made = ""
            for name in names:
                if found := self.find(name, module, []):
                    listed.add(found.page)
                    made += f'<dt><a href="{self.address(found, page)}"><code>{html.escape(name)}</code></a></dt>'
                    made += f"<dd>{self.line(found, page)}</dd>\n"
            return f"<dl>\n{made}</dl>\n" if made else ""

        if os.path.exists(catalog):
            with open(catalog, encoding="utf-8") as file:
                overview, _, topics = file.read().partition("\n## Topics\n")
            body = f"<h1>{module}</h1>\n" + self.text(overview.split("\n", 1)[1], module, [], page)
            for part in re.split(r"^### ", topics, flags=re.M)[1:]:
                title, _, rest = part.partition("\n")
                body += f'<h2 id="{slug(title)}">{html.escape(title)}</h2>\n' + entries(re.findall(r"``([^`]+)``", rest))
        names = [".".join(symbol.path) for symbol in types.values() if symbol.page not in listed and len(symbol.path) == 1]
        if names:
            body += f'<h2 id="types">{"More types" if listed else "Types"}</h2>\n' + entries(sorted(names))
        others = sorted(other for other in groups if other not in types)
        if others:
            body += '<h2 id="extensions">Functions and extensions</h2>\n<ul>\n'
            for other in others:
                name = os.path.basename(other).removesuffix(".html").removesuffix("-extension")
                name = "Functions and operators" if name == "functions" else name
                body += f'<li><a href="{os.path.basename(other)}">{html.escape(name)}</a></li>\n'
            body += "</ul>\n"
        return body

    def index(self):
        body = "<h1>Reference</h1>\n<p>The library in Swift, a page for each type.</p>\n<ul>\n"
        for module, symbols in self.modules.items():
            count = sum(symbol.kind in TYPES for symbol in symbols)
            body += f'<li><a href="{module}/index.html">{module}</a>, {count} types</li>\n'
        return body + "</ul>\n"

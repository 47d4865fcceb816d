"""Builds .build/site: README.md, the documentation and the reference of the library as pages for a browser.

  python3 -B scripts/site

Needs what `make docs` leaves. No network, and nothing but Python's own library. Every relative link, every anchor and
every picture must be there; what is not is named, and the exit status is 1.
"""
import glob
import html
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SITE = os.path.join(ROOT, ".build", "site")
GRAPHS = os.path.join(ROOT, ".build", "docs-work")

sys.path.insert(0, HERE)
from markdown import Page  # noqa: E402
from reference import Reference  # noqa: E402

SOURCES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md", "Models/*.md", "Benchmarks/README.md"]


def address(source):
    """Where a Markdown file of the checkout lies in the site: README.md is its folder's index."""
    folder, name = os.path.split(source)
    name = "index.html" if name == "README.md" else name.removesuffix(".md") + ".html"
    return os.path.join(folder, name)


class Site:
    def __init__(self):
        self.sources = sorted({os.path.relpath(path, ROOT) for pattern in SOURCES
                               for path in glob.glob(os.path.join(ROOT, pattern), recursive=True)})
        self.copies, self.links, self.anchors, self.wrong = set(), [], {}, []

    def link(self, source):
        """What the page of `source` links to, by the names that the checkout has."""
        def resolve(target, is_image):
            if re.match(r"[a-z]+:", target):
                return target
            path, _, anchor = target.partition("#")
            named = os.path.normpath(os.path.join(os.path.dirname(source), path)) if path else source
            if named in self.sources:
                self.links.append((source, target, address(named), anchor))
                there = os.path.relpath(address(named), os.path.dirname(address(source)))
                return (there if path else "") + (f"#{anchor}" if anchor else "")
            if os.path.isfile(os.path.join(ROOT, named)) and not named.startswith(".."):
                self.copies.add(named)
                return os.path.relpath(named, os.path.dirname(address(source)))
            if os.path.isdir(os.path.join(ROOT, named)) and not is_image and not named.startswith(".."):
                return None
            self.wrong.append(f"{source}: there is no {target}")
            return None
        return resolve

    def navigation(self):
        """The groups of pages in docs/README.md: its headings, and the pages that they link to."""
        groups = []
        with open(os.path.join(ROOT, "docs", "README.md"), encoding="utf-8") as file:
            text = re.sub(r"<!--.*?-->", "", file.read(), flags=re.S)
        for part in re.split(r"^## ", text, flags=re.M)[1:]:
            title, _, body = part.partition("\n")
            found = []
            for name, target in re.findall(r"\[([^\]]+)\]\(([^)#]+)\)", body):
                page = address(os.path.normpath(os.path.join("docs", target)))
                name = re.sub(r"\s+", " ", name)
                known = page in map(address, self.sources)
                if known and page not in [other for _, other in found]:
                    found.append((name[0].upper() + name[1:], page))
            groups.append((title, found))
        for title, found in groups:
            if title == "Reference" and self.has_reference:
                found.append(("The library in Swift", "reference/index.html"))
        return groups

    def write(self, page, title, body, headings=()):
        up = os.path.relpath(".", os.path.dirname(page)) if os.path.dirname(page) else "."
        menu = ""
        for group, pages in self.groups:
            menu += f"<h2>{html.escape(group)}</h2>\n<ul>\n"
            for name, target in pages:
                current = ' aria-current="page"' if target == page else ""
                menu += f'<li><a href="{os.path.relpath(target, os.path.dirname(page) or ".")}"{current}>{name}</a></li>\n'
            menu += "</ul>\n"
        parts = [(anchor, text) for level, anchor, text in headings if level == 2]
        outline = ""
        if len(parts) > 2:
            outline = '<nav class="outline" aria-label="On this page"><h2>On this page</h2>\n<ul>\n' + "".join(
                f'<li><a href="#{anchor}">{re.sub("</?a[^>]*>", "", text)}</a></li>\n' for anchor, text in parts) + "</ul></nav>\n"
        name = title if title == "Vernier" else f"{title} · Vernier"
        document = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(name)}</title>
<link rel="stylesheet" href="{up}/style.css">
</head>
<body>
<header><a class="name" href="{up}/index.html">Vernier</a>
<nav aria-label="Main"><a href="{up}/docs/tutorials/index.html">Tutorials</a> <a href="{up}/docs/concepts.html">Concepts</a>
<a href="{up}/docs/command-line.html">Command</a> <a href="{up}/docs/results/index.html">Results</a>
<a href="{up}/docs/index.html">All pages</a></nav></header>
<div class="columns">
<nav class="menu" aria-label="All pages">
{menu}</nav>
<main>
{body}
</main>
{outline}</div>
</body>
</html>
"""
        path = os.path.join(SITE, page)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(document)
        self.anchors[page] = set(re.findall(r'\bid="([^"]+)"', document))

    def check(self):
        for source, target, page, anchor in self.links:
            if anchor and anchor not in self.anchors.get(page, ()):
                self.wrong.append(f"{source}: {target} names no heading")
        for page in list(self.anchors):
            with open(os.path.join(SITE, page), encoding="utf-8") as file:
                text = file.read()
            for target in re.findall(r'(?:href|src)="([^"]*)"', text):
                target = html.unescape(target)
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                there = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
                if not os.path.isfile(os.path.join(SITE, there)):
                    self.wrong.append(f"{page}: there is no {target}")
                elif anchor and there in self.anchors and anchor not in self.anchors[there]:
                    self.wrong.append(f"{page}: {target} names no heading")

    def build(self):
        shutil.rmtree(SITE, ignore_errors=True)
        os.makedirs(SITE)
        shutil.copy(os.path.join(HERE, "style.css"), SITE)
        reference = Reference(GRAPHS, os.path.join(ROOT, "Sources"))
        self.has_reference = bool(reference.modules)
        if not self.has_reference:
            self.wrong.append(f"{os.path.relpath(GRAPHS, ROOT)} has no symbol graphs; run make docs")
        self.groups = self.navigation()
        for source in self.sources:
            with open(os.path.join(ROOT, source), encoding="utf-8") as file:
                made = Page(file.read(), self.link(source))
            title = re.sub("<[^>]+>", "", made.headings[0][2]) if made.headings else source
            self.write(address(source), html.unescape(title), made.html, made.headings)
        for page, title, body in reference.pages():
            found = re.findall(r'<h(2) id="([^"]+)">(.*?)(?:<a class="here".*?</a>)?</h2>', body)
            self.write(page, title, body, [(2, anchor, text) for _, anchor, text in found])
        for copy in sorted(self.copies):
            target = os.path.join(SITE, copy)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(os.path.join(ROOT, copy), target)
        self.check()
        for line in dict.fromkeys(self.wrong):
            print(f"site: {line}", file=sys.stderr)
        if self.wrong:
            sys.exit(1)
        print(f"site: {len(self.anchors)} pages in {os.path.relpath(SITE, ROOT)}/index.html, every link leads somewhere")


if __name__ == "__main__":
    Site().build()

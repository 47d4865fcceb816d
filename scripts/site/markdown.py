"""The part of Markdown that this project's pages use, as HTML: headings, paragraphs, lists, tables, fenced and indented
code, quotes, and within a line code, links, images, bold and italic text. Comments are left out."""
import html
import re

ITEM = re.compile(r"^( {0,3})([-*+]|\d{1,3}[.)])( +)(?=\S)")
RULE = re.compile(r"^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$")
NUMBER = re.compile(r"^(–|N\.A\.)$|^[−+\-±≤≥<>~]?\s*[\d.,]+(\s*(%|px|°|ms|s|mm|MB|kB|MiB|×|±\s*[\d.,]+)?)*$")


def slug(text):
    """The anchor of a heading, as GitHub makes it."""
    text = re.sub(r"[^\w\- ]", "", html.unescape(text).strip().lower())
    return text.replace(" ", "-")


class Page:
    """One text as HTML.

    `link(target, is_image)` gives the address of what the text names by `target`, or None for none; `symbol(name)` that
    of a declaration between double backquotes. `headings` has level, anchor and HTML of each heading."""

    def __init__(self, text, link, symbol=lambda name: None):
        self.link, self.symbol = link, symbol
        self.headings, self.anchors = [], set()
        text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S)
        self.html = self.blocks(text.expandtabs(4).splitlines())

    # Within a line

    def inline(self, text):
        kept = []

        def keep(piece):
            kept.append(piece)
            return f"\0{len(kept) - 1}\0"

        def code(match):
            body = match[2].strip() if match[2].strip() else match[2]
            name = html.escape(body, quote=False)
            address = self.symbol(body) if match[1] == "``" else None
            made = f"<code>{name}</code>" if len(body) <= 28 else f'<code class="long">{name}</code>'
            return keep(f'<a href="{address}">{made}</a>' if address else made)

        def image(match):
            address = self.link(match[2], True)
            return keep(f'<img src="{html.escape(address or "")}" alt="{html.escape(match[1])}" loading="lazy">')

        def anchor(match):
            address = self.link(html.unescape(match[2]), False)
            return f'{keep(f"""<a href="{html.escape(address)}">""")}{match[1]}{keep("</a>")}' if address else match[1]

        text = re.sub(r"(`+)(.+?)(?<!`)\1(?!`)", code, text, flags=re.S)
        text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|<>~])", lambda match: keep(html.escape(match[1])), text)
        text = re.sub(r"<br ?/?>", lambda match: keep("<br>"), text)
        text = re.sub(r"<(https?://[^>\s]+)>", lambda match: keep(f'<a href="{match[1]}">{match[1]}</a>'), text)
        text = html.escape(text, quote=False)
        text = re.sub(r"!\[([^\]]*)\]\(([^()\s]+)\)", image, text)
        text = re.sub(r"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)", anchor, text)
        text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", text, flags=re.S)
        text = re.sub(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])", r"<em>\1</em>", text)
        text = re.sub(r"(?<!\w)_(?=[^\s_])([^_]+?)(?<=\S)_(?!\w)", r"<em>\1</em>", text)
        while "\0" in text:
            text = re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], text)
        return text

    # Blocks

    def heading(self, level, text):
        body = self.inline(text)
        name = base = slug(re.sub(r"<[^>]+>", "", body))
        count = 0
        while name in self.anchors:
            count += 1
            name = f"{base}-{count}"
        self.anchors.add(name)
        self.headings.append((level, name, body))
        return f'<h{level} id="{name}">{body}<a class="here" href="#{name}" aria-label="link">#</a></h{level}>'

    def table(self, lines):
        def cells(line):
            line = line.strip().removeprefix("|")
            line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
            return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]

        # A column is one of numbers where most of its cells are.
        columns = list(zip(*(cells(line) for line in lines[2:]))) if len(lines) > 2 else []
        numeric = [sum(bool(NUMBER.match(cell.replace("*", ""))) for cell in column) > len(column) / 2
                   and any(any(map(str.isdigit, cell)) for cell in column) for column in columns]

        def row(line, tag):
            made = []
            for index, cell in enumerate(cells(line)):
                kind = ' class="number"' if index < len(numeric) and numeric[index] else ""
                made.append(f"<{tag}{kind}>{self.inline(cell.replace(chr(92) + '|', '&#124;'))}</{tag}>")
            return "<tr>" + "".join(made) + "</tr>"

        head = row(lines[0], "th") if any(cells(lines[0])) else ""
        body = "\n".join(row(line, "td") for line in lines[2:]).replace("&amp;#124;", "|")
        kind = "pictures" if "<img" in body and not head else "table"
        head = f"<thead>{head}</thead>\n".replace("&amp;#124;", "|") if head else ""
        return f'<div class="{kind}"><table>\n{head}<tbody>\n{body}\n</tbody></table></div>'

    def list(self, lines, at):
        """The list that begins at a line, and where it ends."""
        first = ITEM.match(lines[at])
        ordered = first[2][0].isdigit()
        items, loose = [], False
        while at < len(lines):
            match = ITEM.match(lines[at])
            if not match or match[2][0].isdigit() != ordered or len(match[1]) > len(first[1]) + 1:
                break
            inner = len(match[0])
            item = [lines[at][inner:]]
            at += 1
            while at < len(lines):
                line = lines[at]
                indent = len(line) - len(line.lstrip())
                if not line.strip():
                    after = next((other for other in lines[at:] if other.strip()), "")
                    if len(after) - len(after.lstrip()) < inner and not ITEM.match(after):
                        break
                    if ITEM.match(after) and len(after) - len(after.lstrip()) < inner:
                        loose = True
                    elif any(other.strip() for other in item):
                        loose = loose or not after.lstrip().startswith(("-", "*"))
                    item.append("")
                elif indent >= inner:
                    item.append(line[inner:])
                elif ITEM.match(line) or line.startswith(("#", "```", "|")) or not item[-1].strip():
                    break
                else:
                    item.append(line.strip())
                at += 1
            items.append(self.blocks(item))
        made = []
        for body in items:
            if not loose:
                body = re.sub(r"^<p>(.*?)</p>", r"\1", body, count=1, flags=re.S)
            made.append(f"<li>{body}</li>")
        tag = "ol" if ordered else "ul"
        return f"<{tag}>\n" + "\n".join(made) + f"\n</{tag}>", at

    def blocks(self, lines):
        made, at = [], 0
        while at < len(lines):
            line = lines[at]
            if not line.strip():
                at += 1
            elif fence := re.match(r"^ {0,3}(```+|~~~+) *(\w*)", line):
                indent = len(line) - len(line.lstrip())
                at += 1
                body = []
                while at < len(lines) and not lines[at].strip().startswith(fence[1]):
                    body.append(lines[at][min(indent, len(lines[at]) - len(lines[at].lstrip())):])
                    at += 1
                at += 1
                shown = html.escape("\n".join(body), quote=False)
                if fence[2] == "sh":
                    # Long commands are wrapped between words, not at the hyphens of their options.
                    shown = re.sub(r"\S*-\S*", r"<span>\g<0></span>", shown)
                made.append(f'<pre class="{fence[2] or "text"}"><code>{shown}</code></pre>')
            elif line.startswith("    "):
                body = []
                while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                    body.append(lines[at][4:])
                    at += 1
                while not body[-1].strip():
                    body.pop()
                made.append(f'<pre class="text"><code>{html.escape(chr(10).join(body), quote=False)}</code></pre>')
            elif match := re.match(r"^(#{1,6}) +(.*?)(?: +#+)?$", line):
                made.append(self.heading(len(match[1]), match[2]))
                at += 1
            elif re.match(r"^ {0,3}([-*_])( *\1){2,} *$", line):
                made.append("<hr>")
                at += 1
            elif line.lstrip().startswith(">"):
                body = []
                while at < len(lines) and lines[at].lstrip().startswith(">"):
                    body.append(re.sub(r"^ {0,3}> ?", "", lines[at]))
                    at += 1
                made.append(f"<blockquote>{self.blocks(body)}</blockquote>")
            elif "|" in line and at + 1 < len(lines) and RULE.match(lines[at + 1]):
                end = at + 2
                while end < len(lines) and "|" in lines[end]:
                    end += 1
                made.append(self.table(lines[at:end]))
                at = end
            elif ITEM.match(line):
                body, at = self.list(lines, at)
                made.append(body)
            else:
                body = [line.strip()]
                at += 1
                while at < len(lines) and lines[at].strip() and not re.match(
                        r"^(#{1,6} | {0,3}```| {0,3}>)", lines[at]) and not ITEM.match(lines[at]) and not (
                            "|" in lines[at] and at + 1 < len(lines) and RULE.match(lines[at + 1])):
                    body.append(lines[at].strip())
                    at += 1
                made.append(f"<p>{self.inline(chr(10).join(body))}</p>")
        return "\n".join(made)

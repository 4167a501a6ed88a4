# SPDX-License-Identifier: Apache-2.0
"""Every link in every page leads to a file of the tree, and to a heading where it names one. Other sites are not visited."""
import re

from tree import files, main

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def prose(text):
    """The page without code, in which brackets are no links."""
    return re.sub(r"`[^`\n]*`", lambda code: " " * len(code[0]), FENCE.sub("", text))


def anchors(text):
    """GitHub's names of a page's headings."""
    names = []
    for heading in re.findall(r"^#+\s+(.*?)\s*$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        names.append(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return names


def check(root):
    complaints, count = [], 0
    for page in (f for f in files(root) if f.suffix == ".md"):
        for match in LINK.finditer(prose((root / page).read_text())):
            link = match[1] or match[2]
            if re.match(r"[a-z]+:", link):
                continue
            count += 1
            name, _, anchor = link.partition("#")
            target = (root / page.parent / name).resolve() if name else root / page
            if not target.is_relative_to(root):
                complaints.append(f"{page}: {link} leads out of the tree")
            elif not target.exists():
                complaints.append(f"{page}: {link}: there is no such file")
            elif anchor and anchor not in anchors(target.read_text()):
                complaints.append(f"{page}: {link}: no such heading there")
    return complaints, count


if __name__ == "__main__":
    main(check)

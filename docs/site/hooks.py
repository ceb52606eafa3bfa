# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What mkdocs is taught: links that leave docs/ lead to the repository, if what they name is there."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>(?:\.\./)+[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:  # noqa: ANN401, ARG001 - mkdocs'
    """Return the page with its links to other folders of the repository made absolute."""
    docs = Path(config["docs_dir"])
    here = posixpath.dirname(page.file.src_uri)

    def absolute(found: re.Match[str]) -> str:
        inside = posixpath.normpath(posixpath.join("docs", here, found["target"]))
        if inside.startswith("docs/"):
            return found[0]
        if not (docs.parent / inside).exists():
            raise ValueError(f"{page.file.src_uri} links to {found['target']}, which is not there")
        kind = "tree" if (docs.parent / inside).is_dir() else "blob"
        return f"[{found['text']}]({config['repo_url']}/{kind}/main/{inside}{found['anchor'] or ''})"

    return LINK.sub(absolute, markdown)

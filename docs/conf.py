"""How the pages become a site: `make docs` writes it to build/site, and a broken link is an error."""

from importlib import metadata

project = "coscribe"
release = metadata.version("coscribe")
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
exclude_patterns = [".venv", "build", "tests", "benchmarks", "examples"]
html_theme = "furo"
html_title = "coscribe"
html_permalinks = False
html_copy_source = False
myst_heading_anchors = 4
autodoc_typehints = "description"
html_extra_path = ["site"]  # the front door leads to docs/

"""The documentation: pages in Markdown, and ``reference``, which makes further ones of the sources.

``make docs`` builds a site of them, and the workbench shows them.
"""

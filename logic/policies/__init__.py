"""The installed policies: which there are, and which one a request is decided under.

No module here knows a policy by name; packages are found as ``facts.vocabulary.installed`` says.
"""

"""Every noun that travels between the stages: the classes of the modules of needlework.records."""

import importlib
import inspect
import pkgutil

from needlework import records

NOUNS = [
    noun
    for module in pkgutil.iter_modules(records.__path__, f"{records.__name__}.")
    for _, noun in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
    if noun.__module__ == module.name
]

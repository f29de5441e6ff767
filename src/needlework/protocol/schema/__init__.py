"""
The shape of the protocol: what the knowledge files may say, a module for each file.

One dataclass for each table of the TOML files; a field `within_days` is the key `within-days`. Types and
required keys are read off these classes by `load`, so this package is the format's one definition.
Every sentence that can reach somebody carries its basis (cited, derived or house) and its sources.
"""

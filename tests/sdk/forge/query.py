"""`jq`, as far as the scripts of examples/ use it: the real language, from the same
library as the program."""

import sys

import jq


def main(arguments):
    raw, variables, words = False, {}, []
    while arguments:
        word = arguments.pop(0)
        if word == "-r":
            raw = True
        elif word in ("--arg", "--argjson"):
            name, value = arguments.pop(0), arguments.pop(0)
            variables[name] = jq.first(".", text=value) if word == "--argjson" else value
        else:
            words.append(word)
    (program,) = words
    for value in jq.compile(program, args=variables).input_text(sys.stdin.read()):
        print(value if raw and isinstance(value, str) else jq.text(".", value))


main(sys.argv[1:])

#!/bin/sh
# Draws what an example prints in a terminal: sh examples/picture.sh [EXAMPLE [ARGUMENT]...] >examples/EXAMPLE.svg
set -eu
cd "$(dirname "$0")/.."

printed=$(sh examples/run.sh "$@" 2>&1)
printf '$ sh examples/run.sh%s\n%s\n' "${*:+ $*}" "$printed" | awk '
  {
    gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;")
    lines[NR] = $0
    text = $0
    gsub(/&(amp|lt|gt);/, "x", text)
    if (length(text) > columns) columns = length(text)
  }
  END {
    width = 8.43 * columns + 32
    height = 20 * NR + 28
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"\n", width, height, width, height
    print "     font-family=\"ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace\" font-size=\"14\" fill=\"#d4d4d4\">"
    print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e1e1e\"/>"
    for (i = 1; i <= NR; ++i) {
      printf "<text x=\"16\" y=\"%d\" xml:space=\"preserve\"%s>%s</text>\n", 20 * i + 10, i == 1 ? " fill=\"#8ec07c\"" : "", lines[i]
    }
    print "</svg>"
  }'

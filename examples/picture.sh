#!/bin/sh
# Draws the output of a program as a picture: sh examples/picture.sh [PROGRAM [OPTION]...] >examples/PROGRAM.svg
set -eu
cd "$(dirname "$0")/.."

printed=$(sh examples/run.sh "$@" 2>&1)
printf '$ sh examples/run.sh%s\n%s\n' "${*:+ $*}" "$printed" | LC_ALL=C awk '
  BEGIN {
    split("▏ ▎ ▍ ▌ ▋ ▊ ▉", eighths, " ")
    column = 8.43  # the width of a character
  }
  {
    # The bar at the end of a line is drawn as one rectangle, in characters.
    bar[NR] = gsub(/█/, "")
    for (i = 1; i <= 7; ++i) bar[NR] += gsub(eighths[i], "") * i / 8
    size[NR] = length($0)
    if (size[NR] + bar[NR] > columns) columns = size[NR] + bar[NR]
    colour[NR] = ""
    if (NR == 1 || /^(Delivered|All messages|SUCCESS)/) colour[NR] = " fill=\"#8ec07c\""
    if (/^No --bootstrap-servers/) colour[NR] = " fill=\"#8a8a8a\""
    gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;")
    lines[NR] = $0
  }
  END {
    width = column * columns + 32
    height = 20 * NR + 28
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"\n", width, height, width, height
    print "     font-family=\"ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace\" font-size=\"14\" fill=\"#d4d4d4\">"
    print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e1e1e\"/>"
    for (i = 1; i <= NR; ++i) {
      printf "<text x=\"16\" y=\"%d\" xml:space=\"preserve\"%s>%s</text>\n", 20 * i + 10, colour[i], lines[i]
      if (bar[i] > 0) {
        printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"#83a598\"/>\n",
               16 + column * size[i], 20 * i - 2, column * bar[i]
      }
    }
    print "</svg>"
  }'

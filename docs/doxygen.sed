# SPDX-License-Identifier: Apache-2.0
# What doxygen sees of a header (docs/Doxyfile). No line is added or taken away: its numbers stay.

# The introduction of a file, which readers have in plain comments, is on the file's page; what is indented is code.
/^#pragma once/ {
  n
  N
  /^\n\/\/ / {
    s#^\n// #/// \\file\n/// #
    :introduction
    n
    s#^//   #///       #
    t introduction
    s#^//( |$)#/// #
    t introduction
  }
}

# double a = 0, b = 1;  ///< words
# becomes double a = 0; /**< words */ double b = 1; ///< words, since doxygen gives a comment to one member alone.
:again
s#(^ *|\*/ )([A-Za-z0-9_:<>]+) ([a-z0-9_]+( = [^,;()]+)?), ([^;()]+;) *///< *(.*)$#\1\2 \3; /**< \6 */ \2 \5 ///< \6#
t again

# --flag would become a dash.
/\/\/\//s#([ (/])(--[a-z][a-z-]*)#\1`\2`#g

# SPDX-License-Identifier: Apache-2.0
# What doxygen sees of a header (docs/Doxyfile). Lines keep their numbers.

# The introduction from line 4 on, which readers have in plain comments, is on the file's page.
3s#^$#/// \\file#
4,/^$/s#^//( |$)#/// #

# What is indented is code.
s#^/// {3}#&    #

# double a = 0, b = 1;  ///< words
# becomes double a = 0; /**< words */ double b = 1; ///< words, since doxygen gives a comment to one member alone.
:again
s#(^ *|\*/ )([A-Za-z0-9_:<>]+) ([a-z0-9_]+( = [^,;()]+)?), ([^;()]+;) *///< *(.*)$#\1\2 \3; /**< \6 */ \2 \5 ///< \6#
t again

# A flag would become a dash, and an abbreviation end the first sentence; code stays as it is.
/^\/\/\/ {4}/b
/\/\/\// {
  s#([ (/])(--[a-z][a-z-]*)#\1`\2`#g
  s#(\<[A-Z]|et al|eq)\. #\1.\\ #g
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sslhost::host {

/// One byte each, under Python's names.
enum class PickleOpcode : std::uint8_t {
  proto = 0x80,
  frame = 0x95,
  stop = '.',

  none = 'N',
  new_true = 0x88,
  new_false = 0x89,
  bin_int = 'J',
  bin_int1 = 'K',
  bin_int2 = 'M',
  long1 = 0x8a,
  long4 = 0x8b,
  bin_float = 'G',

  bin_unicode = 'X',
  short_bin_unicode = 0x8c,
  bin_unicode8 = 0x8d,
  bin_string = 'T',
  short_bin_string = 'U',
  bin_bytes = 'B',
  short_bin_bytes = 'C',
  bin_bytes8 = 0x8e,
  byte_array8 = 0x96,

  mark = '(',
  pop = '0',
  pop_mark = '1',
  dup = '2',
  empty_tuple = ')',
  tuple = 't',
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  empty_list = ']',
  list = 'l',
  append = 'a',
  appends = 'e',
  empty_dict = '}',
  dict = 'd',
  set_item = 's',
  set_items = 'u',
  empty_set = 0x8f,
  add_items = 0x90,
  frozen_set = 0x91,

  bin_put = 'q',
  long_bin_put = 'r',
  memoize = 0x94,
  bin_get = 'h',
  long_bin_get = 'j',

  global = 'c',
  stack_global = 0x93,
  reduce = 'R',
  build = 'b',
  bin_pers_id = 'Q',

  // These import or call in ways that no state dict needs. All are refused.
  inst = 'i',
  obj = 'o',
  new_obj = 0x81,
  new_obj_ex = 0x92,
  ext1 = 0x82,
  ext2 = 0x83,
  ext4 = 0x84,
};

}  // namespace sslhost::host

// SPDX-License-Identifier: Apache-2.0
// Whatever is wrong with a file, reading it ends in an Error that names it, soon and in little
// memory.
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/weights/files.hpp"
#include "tests/host/weights/pickles.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

/// Nothing where an Error says why; it names the file.
std::optional<std::vector<StoredTensor>> attempt(const std::string& bytes) {
  try {
    return read_text_of(bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::storage);
    EXPECT_THAT(error.parts().where, HasSubstr("memory.pth"));
    return std::nullopt;
  }
}

void fails(const std::string& bytes, const std::string& text) {
  expect_failure(ExitCode::storage, text, [&] { read_text_of(bytes); });
}

std::string over(std::int64_t offset, std::initializer_list<std::int64_t> shape,
                 std::initializer_list<std::int64_t> strides, std::int64_t elements = 4) {
  return tensor(storage("0", elements), pickled(offset), pickled(shape), pickled(strides));
}

TEST(DamagedWeights, CutAtAnyByte) {
  for (const char* name : {"zip-types.pth", "old-types.pth", "deflated.pth", "old-views.pth",
                           "state_dict-old-protocol-5.pth"}) {
    const std::string whole = data_text(name);
    ASSERT_TRUE(attempt(whole)) << name;
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(attempt(whole.substr(0, size))) << name << ", " << size;
  }
}

TEST(DamagedWeights, AppendedByteToTheOlderFormat) {
  fails(data_text("old-types.pth") + "x", "1 bytes more");
}

/// Every member of an archive has a sum: what is read with another byte is what was there before.
TEST(DamagedWeights, AnyBitOfAnArchiveFlipped) {
  for (const char* name : {"zip-types", "deflated"}) {
    const std::string whole = data_text(std::string(name) + ".pth");
    const auto expected = expected_tensors(name);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const auto read = attempt(changed);
      EXPECT_TRUE(!read || *read == expected) << name << ", bit " << bit;
    }
  }
}

/// The older format has no sums: a changed number is a number.
TEST(DamagedWeights, AnyBitOfTheOlderFormatFlippedNeverCrashes) {
  const std::string whole = data_text("old-views.pth");
  std::size_t refusals = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    refusals += attempt(changed) ? 0 : 1;
  }
  EXPECT_GT(refusals, whole.size());
}

TEST(DamagedWeights, MembersThatDoNotFit) {
  const auto file_fails = [](const std::string& name, const std::string& text) {
    expect_failure(ExitCode::storage, text, [&] { read_state_dict(data_file(name)); });
  };
  file_fails("short-storage.pth", "24 bytes, found 23");
  file_fails("long-storage.pth", "at most 24 bytes, found 25");
  file_fails("no-storage.pth", "a member archive/data/0");
  file_fails("pickle-with-tail.pth", "data.pkl: expected");
  file_fails("member-twice.pth", "every member once");
  file_fails("bad-bool.pth", "tensor 'BOOL': expected bytes 0 and 1");
  file_fails("bomb.pth", "four times the file");
}

TEST(DamagedWeights, TensorsOutsideOfTheirStorage) {
  constexpr std::int64_t big = std::int64_t{1} << 62;
  EXPECT_TRUE(attempt(one_tensor(over(0, {2, 2}, {2, 1}))));
  EXPECT_TRUE(attempt(one_tensor(over(99, {0, 7}, {7, 1}))));  // no element, no place
  fails(one_tensor(over(0, {5}, {1})), "inside the 4 of storage 0, found number 5");
  fails(one_tensor(over(1, {2, 2}, {2, 1})), "found number 5");
  fails(one_tensor(over(4, {}, {})), "found number 5");
  fails(one_tensor(over(0, {2}, {4})), "found number 5");
  fails(one_tensor(over(big, {2}, {big})), "2^63 or more");
  fails(one_tensor(over(0, {3}, {big})), "2^63 or more");
  fails(one_tensor(over(0, {std::int64_t{1} << 32, std::int64_t{1} << 32}, {0, 0})),
        "a size below 2^63 bytes");
  fails(one_tensor(over(0, {std::int64_t{1} << 61}, {0})), "a size below 2^63 bytes");
}

TEST(DamagedWeights, PromisesOfMoreThanThereIs) {
  fails(one_tensor(over(0, {4}, {1}, std::int64_t{1} << 60)), "found 4");
  fails(one_tensor(over(0, {4}, {1}, 5)), "5 elements, found 4");
  const auto w = "}" + pickled("w") + over(0, {4}, {1}, std::int64_t{1} << 60) + "s";
  const auto keys = "]" + pickled("0") + "a";
  fails(old_file(w, keys, little_endian(std::uint64_t{1} << 60, 8)), "four times the file");
  fails(old_file("}", keys), "a tensor that uses it");
  const auto text = "}" + pickled("w") + over(0, {4}, {1}) + "s";
  const auto data = little_endian(4, 8) + std::string(16, '\0');
  fails(old_file(text), "its bytes, found none");
  fails(old_file(text, "](" + pickled("0") + pickled("0") + "e", data + data), "twice");
  const auto two_types = "}(" + pickled("a") + over(0, {4}, {1}) + pickled("b") +
                         tensor(storage("0", 4, "DoubleStorage"), pickled(0), ")", ")") + "u";
  fails(old_file(two_types, keys, data), "one size of storage 0");
}

/// A tensor of one element everywhere may have any shape.
TEST(DamagedWeights, ViewsThatWouldFillTheMemory) {
  fails(one_tensor(over(0, {1 << 19}, {0})), "lie over one another");
  fails(one_tensor(over(0, {1 << 30, 1 << 20}, {0, 0})), "lie over one another");
  std::string many = "}";
  for (int i = 0; i < 40; ++i) many += pickled(std::to_string(i)) + over(0, {1 << 14}, {0}) + "s";
  fails(old_file(many, "]" + pickled("0") + "a", little_endian(4, 8) + std::string(16, '\0')),
        "lie over one another");
}

/// {"w": a tensor, "x": what `body` leaves}.
std::string beside(const std::string& body) {
  return one_tensor(over(0, {4}, {1}) + "s" + pickled("x") + body);
}

TEST(DamagedWeights, NestingAndMemoOfAnySizeCostLittle) {
  EXPECT_TRUE(attempt(beside("N" + std::string(1'000'000, '\x85'))));  // ((((None,),),),)
  std::string lists = "]q\1";                                          // a list with itself
  for (int i = 0; i < 200'000; ++i) lists += "h\1a";
  EXPECT_TRUE(attempt(beside(lists)));
  std::string doubled = "N";  // 2^10000 values, were they copied
  for (int i = 0; i < 10'000; ++i) doubled += "2\x86";
  EXPECT_TRUE(attempt(beside(doubled)));
  fails(beside("](" + std::string(1'000'000, 'N') + "eq\1" + global("collections", "OrderedDict") +
               "(h\1tR"),
        "other arguments");
  const std::string again = global("collections", "OrderedDict") + "(h\1tR0";
  fails(beside("]q\1]NaNaa" + again + again + "N"), "other arguments");
  // The state dict is its own state dict.
  const auto self =
      "}q\1" + pickled("state_dict") + "h\1s" + pickled("w") + over(0, {4}, {1}) + "s";
  EXPECT_TRUE(attempt(
      old_file(self, "]" + pickled("0") + "a", little_endian(4, 8) + std::string(16, '\0'))));
  std::string endless;
  for (int i = 0; i < 2'600'000; ++i) endless += "N0";
  fails(beside(endless), "more than 5000000 opcodes");
}

TEST(DamagedWeights, LengthsBeyondTheEnd) {
  for (const auto& body :
       {"X" + little_endian(0xffffffff, 4), "T" + little_endian(0x80000000, 4),
        "\x8d" + little_endian(~std::uint64_t{0}, 8),
        "\x8e" + little_endian(std::uint64_t{1} << 63, 8),
        "\x96" + little_endian(std::uint64_t{1} << 40, 8), "\x8b" + little_endian(0xffffffff, 4)}) {
    fails(beside(body), "more bytes, found the end after");
  }
  fails(beside("\x95" + little_endian(~std::uint64_t{0}, 8)), "a frame inside the pickle");
  fails(old_file("cos"), "the end of a line");
}

TEST(DamagedWeights, OpcodesWithoutWhatTheyNeed) {
  for (const char* body :
       {"",      "0",      "1",      "2",         "t",      "\x85",  "N\x86",     "a",    "Na",
        "e",     "s",      "}Ns",    "u",         "(u",     "}(Nu",  "}(NNNu",    "](NN", "R",
        "NR",    "b",      "q\1",    "r\1\1\1\1", "\x94",   "h\1",   "j\1\1\1\1", "Q",    "\x93",
        "N\x93", "(N",     "NN",     "(\x85",     "N(\x85", "N(0(0", "]N\x90",    "}(a",  "\x8f(e",
        "I1\n",  "\x80\1", "\x80\6", "\x97",      "\xff",   "Nd",    "(Nd",       "l",    "\x91"}) {
    EXPECT_FALSE(attempt(old_file(body))) << ::testing::PrintToString(body);
  }
}

TEST(DamagedWeights, HeadersOfTheOlderFormat) {
  const std::string w = "}" + pickled("w") + over(0, {4}, {1}) + "s";
  fails("", "an empty one");
  fails(pickle("N"), "a pickle of something else");
  const std::string whole = old_file(w);
  const auto with = [&](const std::string& before, const std::string& after) {
    std::string changed = whole;
    return changed.replace(changed.find(before), before.size(), after);
  };
  fails(with(pickled(1001), pickled(1002)), "version 1001");
  fails(with(pickled("little_endian") + "\x88", pickled("little_endian") + "\x89"), "big-endian");
  fails(with("little_endian", "little-endian"), "no word on the order of bytes");
  fails(old_file(w, "}"), "a list of storages");
  fails(old_file(w, "](Ne"), "a tensor that uses it");
}

TEST(DamagedWeights, NamesThatAreNoText) {
  fails(old_file("}N" + over(0, {4}, {1}) + "s", "]" + pickled("0") + "a",
                 little_endian(4, 8) + std::string(16, '\0')),
        "text as names of tensors, found None");
  fails(old_file("}" + pickled("\xff") + over(0, {4}, {1}) + "s", "]" + pickled("0") + "a",
                 little_endian(4, 8) + std::string(16, '\0')),
        "tensor '?': expected a name in UTF-8");
}

}  // namespace
}  // namespace sslhost::host

// SPDX-License-Identifier: Apache-2.0
#include "host/storage/safetensors.hpp"

#include <string>

#include <gtest/gtest.h>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>

#include "host/storage/safetensors_header.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;

bool same(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && at::equal(a, b);
}

// Written by hand from the format's description: float32 [2] = {1, -2}, then uint8 [3] = {1, 2,
// 255}.
const std::string kGolden = std::string("\x90\0\0\0\0\0\0\0", 8) +
                            R"({"__metadata__":{"made":"by hand"},)"
                            R"("w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                            R"("a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})"
                            "   " +
                            std::string("\0\0\x80\x3f\0\0\0\xc0\x01\x02\xff", 11);

TensorFile golden() {
  const auto w = at::full({2}, 1.0, at::kFloat);
  w[1] = -2;
  const auto a = at::arange(1, 4, at::kByte);
  a[2] = 255;
  return {{{"a", a}, {"w", w}}, {{"made", "by hand"}}};
}

TEST(Safetensors, ReadsAFileWrittenByHand) {
  TemporaryFolder folder;
  write_text(folder / "golden", kGolden);
  const auto file = load_safetensors(folder / "golden");
  ASSERT_EQ(file.tensors.size(), 2);
  EXPECT_EQ(file.tensors[0].first, "a") << "sorted by name";
  EXPECT_TRUE(same(file.find("a"), golden().find("a")));
  EXPECT_TRUE(same(file.find("w"), golden().find("w")));
  EXPECT_FALSE(file.find("b").defined());
  EXPECT_EQ(file.metadata.at("made"), "by hand");
}

TEST(Safetensors, WritesThoseBytes) {
  TemporaryFolder folder;
  save_safetensors(folder / "written", golden());
  EXPECT_EQ(read_text(folder / "written"), kGolden);
}

TEST(Safetensors, EveryTypeAndShapeComesBack) {
  TemporaryFolder folder;
  TensorFile file;
  for (const auto type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt,
                          at::kShort, at::kChar, at::kByte, at::kBool}) {
    const std::string name = c10::toString(type);
    file.tensors.emplace_back(name, at::arange(6, at::kLong).remainder(2).to(type).view({2, 3}));
    file.tensors.emplace_back(name + ".scalar", at::full({}, 1, type));
    file.tensors.emplace_back(name + ".empty", at::full({3, 0, 2}, 1, type));
  }
  save_safetensors(folder / "all", file);
  const auto loaded = load_safetensors(folder / "all");
  EXPECT_EQ(loaded.tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    ASSERT_TRUE(loaded.find(name).defined()) << name;
    EXPECT_TRUE(same(loaded.find(name), tensor)) << name;
  }
}

TEST(Safetensors, EqualContentGivesEqualBytes) {
  TemporaryFolder folder;
  const auto x = at::arange(6, at::kFloat).view({2, 3});
  const auto strided = x.t().contiguous().t();
  ASSERT_FALSE(strided.is_contiguous());
  save_safetensors(folder / "1", {{{"x", x}, {"b", x[0]}}, {}});
  save_safetensors(folder / "2",
                   {{{"b", x[0].clone().set_requires_grad(true)}, {"x", strided}}, {}});
  EXPECT_EQ(read_text(folder / "1"), read_text(folder / "2"));
}

TEST(Safetensors, NoTensorsIsAFileToo) {
  TemporaryFolder folder;
  save_safetensors(folder / "none", {});
  const auto file = load_safetensors(folder / "none");
  EXPECT_TRUE(file.tensors.empty());
  EXPECT_TRUE(file.metadata.empty());
}

TEST(Safetensors, NamesAndMetadataKeepTheirCharacters) {
  TemporaryFolder folder;
  const std::string odd = "läger \"1\"\n\\";
  save_safetensors(folder / "odd", {{{odd, at::arange(2)}}, {{odd, odd}}});
  const auto file = load_safetensors(folder / "odd");
  EXPECT_TRUE(file.find(odd).defined());
  EXPECT_EQ(file.metadata.at(odd), odd);
}

TEST(Safetensors, TensorsThatCannotBeWrittenAreRefused) {
  TemporaryFolder folder;
  const auto x = at::arange(2);
  EXPECT_THROW(save_safetensors(folder / "f", {{{"x", x}, {"x", x}}, {}}), c10::Error);
  EXPECT_THROW(save_safetensors(folder / "f", {{{"__metadata__", x}}, {}}), c10::Error);
  EXPECT_THROW(save_safetensors(folder / "f", {{{"x", at::Tensor()}}, {}}), c10::Error);
  EXPECT_THROW(save_safetensors(folder / "f", {{{"x", x.to(at::kComplexFloat)}}, {}}), c10::Error);
  EXPECT_TRUE(sslhost::testing::names_in(folder.path()).empty());
}

}  // namespace
}  // namespace sslhost::host

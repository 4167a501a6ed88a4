// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/natural_order.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace sslhost::images {
namespace {

// In order; each before all that follow.
const std::vector<std::string> kOrdered = {"",
                                           "0",
                                           "00",
                                           "001",
                                           "01",
                                           "1",
                                           "1a",
                                           "2",
                                           "0010.5",
                                           "10.5",
                                           "11",
                                           "99999999999999999999",
                                           "100000000000000000000",
                                           "A",
                                           "a",
                                           "a 1",
                                           "a-1",
                                           "a/2",
                                           "a/10",
                                           "a01",
                                           "a1",
                                           "a01b",
                                           "a1b",
                                           "a1b2",
                                           "a1b10",
                                           "a2",
                                           "a10",
                                           "b",
                                           "\xC3\xA9",
                                           "\xFF"};

TEST(NaturalOrder, NumbersCountAndEqualOnesAreToldApartByBytes) {
  for (size_t i = 0; i < kOrdered.size(); ++i)
    for (size_t j = 0; j < kOrdered.size(); ++j)
      EXPECT_EQ(natural_less(kOrdered[i], kOrdered[j]), i < j) << kOrdered[i] << " " << kOrdered[j];
}

TEST(NaturalOrder, IsTotalOnAllShortNames) {
  std::vector<std::string> names = {""};
  const std::string letters = "019a-";
  for (size_t i = 0; names[i].size() < 3; ++i)
    for (const char letter : letters) names.push_back(names[i] + letter);
  std::ranges::sort(names, natural_less);
  // Sorted by a relation that is no order, some pair would be out of place.
  for (size_t i = 0; i < names.size(); ++i)
    for (size_t j = 0; j < names.size(); ++j)
      ASSERT_EQ(natural_less(names[i], names[j]), i < j) << names[i] << " " << names[j];
}

}  // namespace
}  // namespace sslhost::images

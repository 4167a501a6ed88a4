// SPDX-License-Identifier: Apache-2.0
#include "host/survey/contradictions.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include <ATen/Parallel.h>

#include "host/survey/fingerprint.hpp"
#include "host/survey/groups.hpp"
#include "host/survey/judge.hpp"
#include "host/survey/roster_part.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

using Bytes = std::span<const std::byte>;

std::vector<Bytes> bytes_of(const Dataset& dataset) {
  std::vector<Bytes> all;
  for (const auto* part : {&dataset.train, &dataset.test}) {
    if (part->size() == 0) continue;
    const auto* begin = static_cast<const std::byte*>(part->data.const_data_ptr());
    const auto size = part->data.nbytes() / static_cast<size_t>(part->size());
    for (int64_t i = 0; i < part->size(); ++i)
      all.emplace_back(begin + static_cast<size_t>(i) * size, size);
  }
  return all;
}

/// Every channel one value. `sizes`: [N,C,H,W].
bool is_constant(Bytes sample, IntArrayRef sizes) {
  if (sizes[2] * sizes[3] == 1) return false;
  const auto channel = sample.size() / static_cast<size_t>(sizes[1]);
  const auto value = channel / static_cast<size_t>(sizes[2] * sizes[3]);
  for (size_t first = 0; first < sample.size(); first += channel)
    // Equal to itself moved by one value: all values are the same.
    if (std::memcmp(&sample[first], &sample[first + value], channel - value) != 0) return false;
  return true;
}

std::vector<Group> equal_samples(const std::vector<Bytes>& samples, IntArrayRef sizes) {
  std::vector<uint64_t> keys(samples.size());
  at::parallel_for(0, static_cast<int64_t>(samples.size()), 64, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i)
      keys[static_cast<size_t>(i)] = key_of(samples[static_cast<size_t>(i)]);
  });
  std::vector<size_t> among(samples.size());
  std::iota(among.begin(), among.end(), size_t{0});
  auto groups = equal_groups(
      keys, among, [&](size_t a, size_t b) { return std::ranges::equal(samples[a], samples[b]); });
  std::erase_if(groups,
                [&](const Group& group) { return is_constant(samples[group.front()], sizes); });
  return groups;
}

}  // namespace

std::vector<std::string> contradictions_of(const Dataset& dataset, const std::string& command) {
  std::vector<RosterPart> parts;
  for (const auto& [id, samples] :
       {std::pair(PartId::training, &dataset.train), std::pair(PartId::test, &dataset.test)})
    if (samples->size() > 0) parts.push_back(roster_part(id, *samples));
  if (parts.empty()) return {};
  const Roster roster(std::move(parts));
  const auto& some = dataset.train.size() > 0 ? dataset.train.data : dataset.test.data;
  const auto groups = equal_samples(bytes_of(dataset), some.sizes());
  std::vector<std::string> lines;
  for (const auto& problem : judge_copies(roster, dataset.classes, groups, {}))
    if (problem.weight == Problem::Weight::wrong)
      lines.push_back(problem.text + ": " + printable(problem.examples.front()) + "; " +
                      (problem.count > 1 ? "all of them: " : "more on it: ") + command);
  return lines;
}

}  // namespace sslhost::host

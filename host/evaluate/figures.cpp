// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/figures.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include <ATen/ops/arange.h>
#include <ATen/ops/isfinite.h>

#include "host/loading/guard.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kImages = 16;
constexpr int64_t kMostImages = 400, kMostPoints = 10000;  // of a figure: pictures, not data files
constexpr int64_t kMostColumns = 40;
constexpr size_t kLongestName = 40;
// Pictures of the host's own, which stand in the same folder.
constexpr std::array kTaken = {"augmentations", "confusion", "errors",      "labeled",
                               "losses",        "mistakes",  "decision-map"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "samples-000240" is what the picture of another figure after 240 iterations is called.
bool ends_like_an_iteration(const std::string& name) {
  const auto dash = name.rfind('-');
  return dash != std::string::npos && name.size() - dash > 6 &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dash) + 1, name.end(), is_digit);
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

bool is_points(const Figure& figure) { return figure.data.dim() == 2 && figure.data.size(1) == 2; }

/// What is wrong with a figure: expected and found; both empty when nothing is.
std::pair<std::string, std::string> complaint(const Figure& figure, const Task& task,
                                              const std::set<std::string>& before) {
  if (!is_name(figure.name))
    return {"a name of at most 40 lower case letters, digits and '-'", "'" + figure.name + "'"};
  if (std::find(kTaken.begin(), kTaken.end(), figure.name) != kTaken.end() ||
      ends_like_an_iteration(figure.name))
    return {"a name that no picture of the host can have", "'" + figure.name + "'"};
  if (before.contains(figure.name)) return {"a name of its own for each figure", "one twice"};
  if (!figure.data.defined()) return {"images or points", "an undefined tensor"};
  std::ostringstream shape;
  shape << figure.data.sizes();
  const bool images = figure.data.dim() == 4 && figure.data.size(1) == task.channels &&
                      figure.data.numel() > 0 && figure.data.size(0) <= kMostImages;
  const bool points =
      is_points(figure) && figure.data.size(0) > 0 && figure.data.size(0) <= kMostPoints;
  if (!images && !points)
    return {"images [N, " + std::to_string(task.channels) + ", H, W] with N from 1 to " +
                std::to_string(kMostImages) + ", or points [N, 2] with N from 1 to " +
                std::to_string(kMostPoints),
            shape.str()};
  if (!figure.data.is_floating_point()) return {"floating point values", "another type"};
  if (!at::isfinite(figure.data).all().item<bool>())
    return {"finite values", "NaN or infinite ones"};
  if (figure.columns < 1 || figure.columns > kMostColumns)
    return {"1 to " + std::to_string(kMostColumns) + " columns", std::to_string(figure.columns)};
  return {};
}

}  // namespace

Tensor images_for_figures(const LabeledPart& part) {
  const auto count = std::min(kImages, part.size());
  const auto places = at::arange(count, at::dtype(at::kLong).device(part.rows.device()))
                          .mul(part.size())
                          .floor_divide(std::max<int64_t>(1, count));
  return gather(part.data, part.rows.index_select(0, places), part.scale);
}

std::vector<Figure> ask_for_figures(Method& method, const std::string& id, int64_t iteration,
                                    const Task& task, const LabeledPart& part) {
  // The one ability that is not const: it runs networks, as predict() does.
  auto* offered =
      const_cast<Figures*>(static_cast<const Figures*>(method.ability(Figures::kAbility)));
  if (!offered) return {};
  const auto images = images_for_figures(part);
  auto figures = guarded(id, "figures", iteration, [&] { return offered->figures(images); });
  std::set<std::string> names;
  for (auto& figure : figures) {
    const auto [expected, found] = complaint(figure, task, names);
    if (!found.empty())
      throw Error(ExitCode::plugin, {"method " + id + ", figure '" + figure.name + "'", expected,
                                     found, "tell the method's author, or add --pictures false"});
    names.insert(figure.name);
    figure.data = figure.data.detach().to(at::kFloat).cpu().contiguous();
  }
  return figures;
}

}  // namespace sslhost::host

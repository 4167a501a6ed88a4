// SPDX-License-Identifier: Apache-2.0
#include "host/survey/screen.hpp"

#include <algorithm>
#include <cstdio>
#include <span>
#include <sstream>

#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

constexpr size_t kColumns = 80;

std::string left(std::string_view text, size_t width) {
  return std::string(text) + std::string(width - std::min(width, width_of(text)), ' ');
}
std::string right(std::string_view text, size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ') + std::string(text);
}

/// Words in lines of 80 columns; each line after the first is indented. One that is longer, such
/// as a path, stays whole.
std::string wrapped(const std::string& text, size_t indent, size_t column = 0) {
  std::istringstream words(text);
  std::string all;
  bool begun = false;
  for (std::string word; words >> word; begun = true) {
    const size_t width = width_of(word);
    if (begun && column + 1 + width > kColumns) {
      all += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (begun) {
      all += ' ';
      ++column;
    }
    all += word;
    column += width;
  }
  return all + "\n";
}

/// "label    text", the text in a column of its own; its further lines hang by that much more.
std::string item(const std::string& label, const std::string& text, size_t hanging = 0) {
  constexpr size_t kIndent = 10;
  return left(label, kIndent) + wrapped(text, kIndent + hanging, kIndent);
}

std::string head(const Survey& survey) {
  std::string shape;  // without blanks: no line is to end in it
  for (const auto n : survey.shape) shape += (shape.empty() ? "" : "x") + std::to_string(n);
  std::string text = survey.data.empty() ? "" : printable(survey.data) + "\n";
  text += "dataset " + survey.dataset + ": " + counted(survey.samples(), "sample", "samples") +
          " of " + shape + ", " + survey.type + "\n";
  for (const auto& note : survey.notes) text += wrapped(printable(note), 2);
  return text;
}

std::string parts(const Survey& survey) {
  std::string text = "\nPART        SAMPLES   LABELS\n";
  for (const auto& part : survey.parts)
    text += left(part.name, 10) + right(grouped(part.samples), 9) +
            right(part.labeled ? grouped(part.samples) : "-", 9) + "\n";
  if (survey.held_out > 0)
    text += "no labeled test part: a run holds out " + grouped(survey.held_out) +
            " training samples for it\n";
  return text;
}

std::string class_line(const std::string& name, size_t name_width, int64_t labels,
                       size_t label_width, int64_t all, int64_t most) {
  constexpr size_t kLongestBar = 30;
  char share[16];
  std::snprintf(share, sizeof share, "%5.1f %%",
                100 * static_cast<double>(labels) / static_cast<double>(std::max<int64_t>(1, all)));
  auto length = static_cast<size_t>(static_cast<double>(kLongestBar) * static_cast<double>(labels) /
                                        static_cast<double>(std::max<int64_t>(1, most)) +
                                    0.5);
  if (labels > 0) length = std::max<size_t>(1, length);
  const auto line = left(name, name_width) + "  " + right(grouped(labels), label_width) + "  " +
                    share + (length > 0 ? "  " : "") + std::string(length, '#');
  return line + "\n";
}

/// Of the part that teaches them.
std::string classes(const Survey& survey) {
  constexpr size_t kMostShown = 15, kLongestName = 24;
  const auto part = std::ranges::find_if(survey.parts, &SurveyedPart::labeled);
  if (part == survey.parts.end()) return {};
  const auto& counts = part->per_class;
  const auto most = std::ranges::max(counts);
  const size_t shown = counts.size() <= kMostShown + 1 ? counts.size() : kMostShown;
  size_t name_width = 5;
  std::vector<std::string> names;
  for (size_t k = 0; k < shown; ++k) {
    names.push_back(cut_to(printable(survey.classes[k]), kLongestName));
    name_width = std::max(name_width, width_of(names.back()));
  }
  const size_t label_width = std::max<size_t>(6, grouped(most).size());
  auto text = "\n" + left("CLASS", name_width) + "  " + right("LABELS", label_width) +
              "    SHARE  (" + part->name + ")\n";
  for (size_t k = 0; k < shown; ++k)
    text += class_line(names[k], name_width, counts[k], label_width, part->samples, most);
  if (shown == counts.size()) return text;
  const auto [least, largest] = std::ranges::minmax(std::span(counts).subspan(shown));
  const auto range = least == largest ? grouped(least) : grouped(least) + " to " + grouped(largest);
  return text + "and " + grouped(static_cast<int64_t>(counts.size() - shown)) + " more, of " +
         range + (largest == 1 ? " label each\n" : " labels each\n");
}

std::string values(const Survey& survey) {
  static constexpr size_t kMostChannels = 4;
  const auto list = [](const std::vector<double>& numbers) {
    std::string text;
    for (size_t c = 0; c < std::min(numbers.size(), kMostChannels); ++c)
      text += " " + number_text(numbers[c]);
    return text + (numbers.size() > kMostChannels ? " ..." : "");
  };
  const auto& v = survey.values;
  return "\n" + item("VALUES", number_text(v.least) + " to " + number_text(v.most) + "; mean" +
                                   list(v.mean) + "; standard deviation" + list(v.deviation));
}

std::string problems(const Survey& survey) {
  const bool pictures = survey.shape[1] * survey.shape[2] > 1;
  const std::string unseen =
      pictures && !survey.looked_alike
          ? "near duplicates were not looked for: that takes 8-bit pictures of 32x32 at least\n"
          : "";
  if (survey.problems.empty()) return "\nno problems found\n" + unseen;
  std::string text = "\nPROBLEMS\n";
  for (const auto& problem : survey.problems) {
    text += item(to_text(problem.weight), printable(problem.text));
    const auto shown = std::min(problem.examples.size(), kMostShown);
    for (const auto& example : std::span(problem.examples).first(shown))
      text += item("", printable(example), 2);
    if (shown < problem.examples.size()) text += item("", "...");
    if (!problem.next.empty()) text += item("", "next: " + problem.next);
  }
  return text + unseen;
}

std::string expectation(const Survey& survey) {
  const auto& e = survey.expected;
  char seconds[96];
  std::snprintf(seconds, sizeof seconds, "%.1f s here, and %.1f s to compare all samples",
                e.read_seconds, e.compare_seconds);
  auto network = e.model + e.of_model;
  if (e.weights > 0)
    network += ", " + counted(e.weights, "weight", "weights") + ": " +
               bytes_text(e.network_bytes()) +
               " with gradients and Adam's moments, and more for each batch";
  const auto left = bytes_text(e.free.bytes) + " are left " + e.free.limit;
  const auto memory = e.free.bytes == 0
                          ? ""
                          : item("memory", left + (e.fits() ? "" : ": too little for the network"));
  return "\nTO EXPECT\n" + item("data", bytes_text(e.data_bytes) + "; a GPU keeps a copy") +
         item("network", network) + memory + item("reading", seconds);
}

}  // namespace

std::string screen_of(const Survey& survey) {
  return head(survey) + parts(survey) + classes(survey) + values(survey) + problems(survey) +
         expectation(survey) + (survey.is_wrong() ? "\nonce that is mended: " : "\nnext: ") +
         survey.next + "\n";
}

}  // namespace sslhost::host

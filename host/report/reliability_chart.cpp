// SPDX-License-Identifier: Apache-2.0
#include "host/report/reliability_chart.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "host/report/html.hpp"

namespace sslhost::host {

namespace {

// Units of the view box.
constexpr double kLeft = 56, kRight = 28, kTop = 12, kBottom = 42, kCounts = 70, kGap = 16;
constexpr double kPlotWidth = kReliabilityWidth - kLeft - kRight;
constexpr double kPlotHeight = kReliabilityHeight - kTop - kBottom - kCounts - kGap;
constexpr double kFoot = kReliabilityHeight - kBottom;  // of the counts
constexpr double kBin = kPlotWidth / kReliabilityBins;

constexpr const char* kRemedy = "With --validation N a temperature is fitted. ";

double across(double probability) { return kLeft + kPlotWidth * probability; }
double down(double accuracy) { return kTop + kPlotHeight * (1 - accuracy); }

std::string rectangle(const char* kind, double x, double top, double bottom,
                      const std::string& title) {
  return fmt::format(
      R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>)",
      kind, x + 1, top, kBin - 2, bottom - top, title);
}

std::string axes(std::int64_t most) {
  std::string svg;
  for (int i = 0; i <= 5; ++i) {
    const double share = i / 5.0;
    svg += fmt::format(R"(<path class="grid" d="M{:.1f} {:.1f}H{:.1f}"/>)", kLeft, down(share),
                       kReliabilityWidth - kRight);
    svg += fmt::format(R"(<text class="ytick" x="{:.1f}" y="{:.1f}">{} %</text>)", kLeft - 8,
                       down(share) + 4, 20 * i);
    svg += fmt::format(R"(<text class="xtick" x="{:.1f}" y="{:.1f}">{} %</text>)", across(share),
                       kFoot + 18, 20 * i);
  }
  svg += fmt::format(R"(<text class="ytick" x="{:.1f}" y="{:.1f}">{}</text>)", kLeft - 8,
                     kFoot - kCounts + 10, most);
  svg +=
      fmt::format(R"(<path class="axis" d="M{:.1f} {:.1f}H{:.1f}M{:.1f} {:.1f}H{:.1f}"/>)", kLeft,
                  down(0), kReliabilityWidth - kRight, kLeft, kFoot, kReliabilityWidth - kRight);
  return svg + fmt::format(R"(<text class="xtick" x="{:.1f}" y="{}">probability</text>)",
                           kLeft + kPlotWidth / 2, kReliabilityHeight - 6);
}

std::string bars(const Reliability& reliability, std::int64_t most) {
  std::string svg;
  for (std::size_t i = 0; i < kReliabilityBins; ++i) {
    const auto& bin = reliability.bins[i];
    if (bin.samples == 0) continue;
    const double x = kLeft + kBin * static_cast<double>(i);
    const auto title = fmt::format("{} samples predicted with {:.1f} % on average: {:.1f} % right",
                                   bin.samples, 100 * bin.confidence, 100 * bin.accuracy);
    // A bin in which all are wrong shows as a line.
    svg += rectangle("bar", x, std::min(down(bin.accuracy), down(0) - 2), down(0), title);
    const double high = kCounts * static_cast<double>(bin.samples) / static_cast<double>(most);
    svg += rectangle("count-bar", x, kFoot - std::max(1.0, high), kFoot, title);
  }
  return svg;
}

std::string points(const Reliability& reliability) {
  std::string svg;
  for (const auto& bin : reliability.bins)
    if (bin.samples > 0)
      svg += fmt::format(R"(<circle class="dot s1" cx="{:.1f}" cy="{:.1f}" r="4"/>)",
                         across(bin.confidence), down(bin.accuracy));
  return svg;
}

std::string legend(bool fitted) {
  std::string html =
      R"(<ul class="legend"><li><svg viewBox="0 0 26 10" aria-hidden="true"><rect class="bar" x="4" width="18" height="10"/></svg>)";
  html += fitted ? "right, at the temperature</li>" : "right</li>";
  if (fitted)
    html +=
        R"(<li><svg viewBox="0 0 26 10" aria-hidden="true"><circle class="dot s1" cx="13" cy="5" r="4"/></svg>right, without it</li>)";
  return html +
         R"(<li><svg viewBox="0 0 26 10" aria-hidden="true"><path class="ideal" d="M1 9L25 1"/></svg>as often right as probable</li></ul>)";
}

}  // namespace

std::string draw_reliability(const Calibration& calibration) {
  const auto& after = calibration.after;
  if (after.samples == 0) return "";
  std::int64_t most = 0;
  for (const auto& bin : after.bins) most = std::max(most, bin.samples);
  auto svg = fmt::format(
      R"(<svg viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="Fraction of right predictions over their probability, {2} test samples">)",
      kReliabilityWidth, kReliabilityHeight, after.samples);
  svg += axes(most) + bars(after, most);
  svg += fmt::format(R"(<path class="ideal" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>)", across(0),
                     down(0), across(1), down(1));
  if (calibration.temperature) svg += points(calibration.before);
  return svg + "</svg>";
}

std::string probabilities_section(const Calibration& calibration) {
  const auto drawing = draw_reliability(calibration);
  if (drawing.empty()) return "";
  const auto& after = calibration.after;
  auto words = fmt::format(
      "On average the probability of a prediction differs by {:.1f} percentage points from how "
      "often predictions of about that probability are right",
      100 * after.ece);
  if (calibration.temperature)
    words += fmt::format(" ({:.1f} without the temperature)", 100 * calibration.before.ece);
  words += fmt::format(": the expected calibration error of {} test samples in {} bins. ",
                       after.samples, kReliabilityBins);
  auto state = words_of(calibration);
  state[0] = static_cast<char>(state[0] - 'a' + 'A');
  return "<h2>Probabilities</h2>\n<div class=\"pictures\">\n<figure><figcaption>Calibration "
         "curve</figcaption>\n<p>" +
         escape(words + state) + ". " + (calibration.temperature ? "" : kRemedy) +
         "Below: how many samples have that probability.</p>\n" + drawing +
         legend(calibration.temperature.has_value()) + "</figure>\n</div>\n";
}

}  // namespace sslhost::host

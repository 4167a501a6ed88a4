// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/words.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

namespace sslhost::host {

namespace {

using Word = AugmentWord;

constexpr AugmentWordInfo kWords[] = {
    {Word::flip, "flip", "", "", "mirrors left and right, half of the images", "", 0, 0, false,
     true},
    {Word::shift, "shift", "PIXELS", "reflect",
     "moves by up to so many whole pixels each way; zeros come in, or the mirrored image",
     "an eighth of the shorter side", 1, 1024, true, true},
    {Word::rotate, "rotate", "DEGREES", "", "turns by up to so much either way; bilinear, zeros",
     "", 0, 180, false, true},
    {Word::resized_crop, "resized-crop", "SMALLEST", "",
     "enlarges a rectangle with a share of the area from SMALLEST to 1 and sides in a ratio from "
     "3/4 to 4/3 (uniform in its logarithm), uniform among those that fit into the image; bilinear",
     "0.08", 0, 1, false, true},
    {Word::noise, "noise", "DEVIATION", "", "adds normal noise to every value", "", 0, 10, false,
     false},
    {Word::cutout, "cutout", "PIXELS", "zero",
     "a square with its center anywhere becomes gray (0.5), or 0", "half the shorter side", 1, 1024,
     true, true},
    {Word::randaugment, "randaugment", "TIMES", "",
     "so many operations of the table below, drawn anew for each image, one after the other", "2",
     1, 16, true, true},
};

constexpr RandOpInfo kRandOpInfos[] = {
    {RandOp::identity, "identity", 0, 0, "nothing"},
    {RandOp::autocontrast, "autocontrast", 0, 0, "stretches each channel to [0,1]"},
    {RandOp::brightness, "brightness", 0.05, 0.95, "factor towards black"},
    {RandOp::color, "color", 0.05, 0.95, "factor towards its gray version"},
    {RandOp::contrast, "contrast", 0.05, 0.95, "factor towards its mean gray"},
    {RandOp::equalize, "equalize", 0, 0,
     "values of each channel about equally often (nothing on images below 256 pixels)"},
    {RandOp::posterize, "posterize", 4, 9, "keeps so many bits of 8 (rounded down, at most 8)"},
    {RandOp::rotate, "rotate", -30, 30, "degrees"},
    {RandOp::sharpness, "sharpness", 0.05, 0.95, "factor towards its smoothed version"},
    {RandOp::shear_x, "shear-x", -0.3, 0.3, "pixels across a pixel down"},
    {RandOp::shear_y, "shear-y", -0.3, 0.3, "pixels down a pixel across"},
    {RandOp::solarize, "solarize", 0, 1, "values from there on are inverted"},
    {RandOp::translate_x, "translate-x", -0.3, 0.3, "share of the width"},
    {RandOp::translate_y, "translate-y", -0.3, 0.3, "share of the height"},
};
static_assert(std::size(kRandOpInfos) == kRandOps);

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// "shift[:PIXELS[:reflect]]"
std::string usage_of(const AugmentWordInfo& w) {
  const std::string variant = *w.variant ? std::string("[:") + w.variant + "]" : "";
  if (!*w.number) return w.name + variant;
  const std::string number = std::string(":") + w.number + variant;
  return w.name + (*w.usual ? "[" + number + "]" : number);
}

std::vector<std::string> split_at(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string range_of(const AugmentWordInfo& w) {
  if (w.whole) return "a whole number from " + number_text(w.low) + " to " + number_text(w.high);
  return "a number above " + number_text(w.low) + ", at most " + number_text(w.high);
}

bool take_number(const AugmentWordInfo& w, const std::string& text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (w.whole) return value == std::floor(value) && value >= w.low && value <= w.high;
  return value > w.low && value <= w.high;
}

/// One word of a recipe; what is wrong with it goes to `problems`.
void parse_word(const std::string& text, AugmentRecipe& recipe,
                std::vector<std::string>& problems) {
  const auto parts = split_at(text, ':');
  const AugmentWordInfo* found = nullptr;
  std::vector<std::string> names;
  for (const auto& w : kWords) {
    names.emplace_back(w.name);
    if (parts[0] == w.name) found = &w;
  }
  if (!found) {
    problems.push_back("unknown word '" + parts[0] + "'" + did_you_mean(parts[0], names));
    return;
  }
  AugmentOp op{.word = found->word};
  const bool number = *found->number, variant = *found->variant;
  if (parts.size() > 1U + number + variant || (parts.size() == 1 && number && !*found->usual)) {
    problems.push_back("'" + text + "', where " + usage_of(*found) + " is meant");
    return;
  }
  if (parts.size() > 1 && !take_number(*found, parts[1], op.amount))
    problems.push_back("'" + text + "': " + found->number + " is " + range_of(*found));
  if (parts.size() > 2 && parts[2] != found->variant)
    problems.push_back("'" + text + "': only '" + found->variant + "' may stand there");
  op.variant = parts.size() > 2;
  recipe.ops.push_back(op);
}

AugmentPass::Kind kind_of(Word word) {
  switch (word) {
    case Word::flip:
    case Word::shift:
      return AugmentPass::Kind::copy;
    case Word::rotate:
    case Word::resized_crop:
      return AugmentPass::Kind::resample;
    case Word::noise:
      return AugmentPass::Kind::noise;
    case Word::cutout:
      return AugmentPass::Kind::cutout;
    case Word::randaugment:
      break;
  }
  return AugmentPass::Kind::randaugment;
}

/// Flips join either neighbor. A shift stays a copy: its border is not an affine map's, and pixels
/// pushed out are gone.
std::vector<AugmentPass> passes_of(const std::vector<AugmentOp>& ops) {
  using Kind = AugmentPass::Kind;
  std::vector<AugmentPass> passes;
  bool shifted = false;  // the last pass has a shift
  for (size_t i = 0; i < ops.size(); ++i) {
    const auto kind = kind_of(ops[i].word);
    auto* last = passes.empty() ? nullptr : &passes.back();
    const bool shift = ops[i].word == Word::shift;
    if (last && last->kind == Kind::copy && kind == Kind::copy && !(shift && shifted)) {
      ++last->count;
    } else if (last && last->kind == Kind::copy && kind == Kind::resample && !shifted) {
      last->kind = kind;
      ++last->count;
    } else if (last && last->kind == Kind::resample &&
               (kind == Kind::resample || ops[i].word == Word::flip)) {
      ++last->count;
    } else {
      passes.push_back({kind, i, 1});
      shifted = false;
    }
    shifted = shifted || shift;
  }
  return passes;
}

}  // namespace

std::span<const RandOpInfo> rand_ops() { return kRandOpInfos; }

const AugmentWordInfo& info(AugmentWord word) { return kWords[static_cast<size_t>(word)]; }

AugmentRecipe parse_augmentation(std::string_view option, std::string_view text) {
  AugmentRecipe recipe{.option = std::string(option)};
  std::istringstream words{std::string(text)};
  std::vector<std::string> problems;
  size_t count = 0;
  bool none = false;
  for (std::string word; words >> word; ++count) {
    if (word == "none") {
      none = true;
    } else {
      parse_word(word, recipe, problems);
    }
  }
  if (none && count > 1) problems.emplace_back("'none' beside other words");
  if (!problems.empty()) {
    std::string expected = option == "strong" ? "weak" : "", found;
    for (const auto& w : kWords) expected += (expected.empty() ? "" : " ") + usage_of(w);
    for (const auto& problem : problems) found += (found.empty() ? "" : "; ") + problem;
    throw Error(ExitCode::usage, {"option " + recipe.option, "none, or words of: " + expected,
                                  found, "for example --" + recipe.option + " \"flip shift:4\""});
  }
  recipe.passes = passes_of(recipe.ops);
  return recipe;
}

AugmentRecipe fit(AugmentRecipe recipe, const ImageShape& shape) {
  const auto side = std::min(shape.height, shape.width);
  const auto misfits = [&](const AugmentOp& op, const std::string& why) {
    recipe.misfit +=
        (recipe.misfit.empty() ? "" : "; ") + std::string(info(op.word).name) + ": " + why;
  };
  for (auto& op : recipe.ops) {
    const auto& word = info(op.word);
    if (word.spatial && side < 2) {
      misfits(op, "for images of at least 2 × 2 pixels");
      continue;
    }
    if (op.amount < 0) {
      const auto part = [&](int64_t n) {
        return static_cast<double>(std::max<int64_t>(1, side / n));
      };
      op.amount = op.word == Word::shift    ? part(8)
                  : op.word == Word::cutout ? part(2)
                  : *word.usual             ? std::stod(word.usual)
                                            : 0;
    }
    const double most = static_cast<double>(op.word == Word::shift ? side - 1 : side);
    if ((op.word == Word::shift || op.word == Word::cutout) && op.amount > most)
      misfits(op, "at most " + number_text(most) + " pixels");
  }
  if (!recipe.misfit.empty())
    recipe.misfit += " (the images are " + std::to_string(shape.height) + " × " +
                     std::to_string(shape.width) + ")";
  return recipe;
}

void require_fit(const AugmentRecipe& recipe) {
  if (recipe.misfit.empty()) return;
  throw Error(ExitCode::usage,
              {"option " + recipe.option, "augmentations that fit the images", recipe.misfit,
               "choose others with --" + recipe.option + ", or none"});
}

std::string augment_words_table() {
  std::string text = "| word | does | number | left out |\n| --- | --- | --- | --- |\n";
  for (const auto& w : kWords)
    text += std::string("| `") + usage_of(w) + "` | " + w.meaning + " | " +
            (*w.number ? range_of(w) : "") + " | " + w.usual + " |\n";
  return text;
}

std::string rand_ops_table() {
  std::string text = "| operation | strength | meaning of the strength |\n| --- | --- | --- |\n";
  for (const auto& op : kRandOpInfos)
    text += std::string("| ") + op.name + " | " +
            (op.low < op.high ? number_text(op.low) + " to " + number_text(op.high) : "–") + " | " +
            op.meaning + " |\n";
  return text;
}

}  // namespace sslhost::host

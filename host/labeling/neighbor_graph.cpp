// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/neighbor_graph.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/labeling/picture_names.hpp"

namespace sslhost::host {

NeighborGraph read_neighbors(std::string_view text, const Pictures& pictures) try {
  const auto all = nlohmann::json::parse(text);
  const PictureNames names(pictures);
  std::vector<std::optional<size_t>> picture_of;
  for (const auto& name : all.at("names"))
    picture_of.push_back(names.find(name.get<std::string>()));
  NeighborGraph graph = {.by = all.at("by"),
                         .of = std::vector<std::vector<Neighbor>>(pictures.all.size())};
  for (size_t row = 0; row < all.at("places").size(); ++row) {
    if (!picture_of.at(row)) continue;
    const auto &places = all["places"][row], &cosines = all.at("cosines").at(row);
    for (size_t i = 0; i < places.size(); ++i)
      if (const auto other = picture_of.at(places[i].get<size_t>()))
        graph.of[*picture_of[row]].push_back({*other, 2 - 2 * cosines.at(i).get<double>()});
  }
  for (const auto& pair : all.at("copies")) {
    const auto a = picture_of.at(pair.at(0).get<size_t>());
    const auto b = picture_of.at(pair.at(1).get<size_t>());
    if (a && b) graph.copies.emplace_back(*a, *b);
  }
  return graph;
} catch (const std::exception& error) {
  throw Error(ExitCode::bug, {"sslhost-worker neighbors", "its JSON", error.what()});
}

}  // namespace sslhost::host

// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/knowledge.hpp"

#include <nlohmann/json.hpp>

#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Knowledge : public TableFolder {};

TEST_F(Knowledge, ComesBackAsItWas) {
  const auto text = read("id,a,c,class\np,0.1,r,x\nq,3,,y\n").knowledge;
  const auto schema = schema_from(text);
  ASSERT_TRUE(schema);
  EXPECT_EQ(knowledge_of(*schema), text);
  EXPECT_EQ(schema->width(), 3);
  EXPECT_THAT(fill_from(text), IsEmpty());
  const std::vector<float> fill = {0.1F, -3e38F};
  EXPECT_EQ(fill_from(knowledge_of(fill)), fill);
  EXPECT_FALSE(schema_from(knowledge_of(fill)));
  EXPECT_FALSE(schema_from(""));
  EXPECT_THAT(fill_from(""), IsEmpty());
}

TEST_F(Knowledge, DamageIsRefused) {
  const auto good = json::parse(read("id,a,c,class\np,1,r,x\nq,3,,y\n").knowledge);
  const auto refused = [](const std::string& what, const json& bad) {
    const auto error = failure_of([&] { schema_from(bad.dump()); });
    EXPECT_EQ(error.code(), ExitCode::storage) << what;
  };
  for (const auto& [key, value] : good.items()) {
    auto bad = good;
    bad[key] = {{"odd", 1}};
    refused(key, bad);
    bad.erase(key);
    refused("no " + key, bad);
  }
  for (const char* key : {"name", "column", "fill"}) {
    auto bad = good;
    bad["features"][0].erase(key);
    refused(std::string("no ") + key, bad);
  }
  auto bad = good;
  for (const json& column : {json(99), json(-1), json(1e300), json(0.5)}) {
    bad["features"][0]["column"] = column;
    refused("a column that is not there", bad);
  }
  bad = good;
  bad["id_column"] = good["label_column"];
  refused("an id where the label is", bad);
  bad = good;
  bad["features"][1]["column"] = good["label_column"];
  refused("a feature where the label is", bad);
  bad["features"][1]["column"] = good["features"][0]["column"];
  refused("two features of one column", bad);
  expect_failure(ExitCode::storage, "knowledge", [] { schema_from("{"); });
  expect_failure(ExitCode::storage, "knowledge", [] { fill_from(R"({"format":1,"fill":["a"]})"); });
}

}  // namespace
}  // namespace sslhost::table

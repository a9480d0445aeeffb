// reach.cpp - one table from a service's answer, and a correction in the answer itself.
//
// prints: ada: engines.*lin: -.*could not access 'users', part 0
#include <cstdio>

#include <mainstay/base/json.hpp>
#include <mainstay/reach/reach.hpp>

namespace reach = mainstay::reach;
using mainstay::Value;

constexpr const char* kAnswer = R"({"items": [
  {"user": {"login": "ada"}, "labels": [{"name": "engines"}]},
  {"user": {"login": "lin"}, "labels": []}]})";

int main() {
  auto answer = mainstay::read_json(kAnswer);
  if (!answer) return 1;

  const reach::Spec rows = reach::chain(reach::list_of(
      reach::path("items"),
      reach::each(reach::object_of(
          reach::field("who", reach::path("user.login")),
          reach::field("label", reach::path("labels.0.name").or_else(Value("-")))))));
  const auto table = reach::get(*answer, rows);
  if (!table) return 1;
  for (const Value& row : *table->array()) {
    std::printf("%s: %s\n", row.object()->find("who")->text()->c_str(),
                row.object()->find("label")->text()->c_str());
  }

  if (!reach::assign(*answer, "items.*.seen", true)) return 1;
  const auto users = reach::get(*answer, "users.0");
  std::printf("%s\n", users ? "found" : users.error().message.c_str());
}

// offer_test.cpp - tables in memory, such as those that a capsule holds.
#include "mainstay/plugins/offer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "mainstay/plugins/native.hpp"

namespace mainstay::plugins {
namespace {

int teardowns = 0;  // NOLINT: a table's teardown takes no argument

std::int32_t succeed(const mainstay_plugins_host*) { return 0; }
std::int32_t fail(const mainstay_plugins_host*) { return 1; }
void tear_down() { ++teardowns; }

std::int32_t throw_words(const mainstay_plugins_host*) {
  throw std::runtime_error("the dictionary is missing");
}
std::int32_t throw_a_number(const mainstay_plugins_host*) { throw 7; }
void throw_at_the_end() {
  ++teardowns;
  throw std::runtime_error("too late");
}

std::span<const std::byte> bytes_of(const mainstay_plugins_table& table) {
  return std::as_bytes(std::span(&table, 1));
}

TEST(Offer, IsTornDownOnceAndBeforeItsLibraryGoes) {
  teardowns = 0;
  const auto table = native::table<succeed, tear_down>("here");
  int at_the_end = -1;
  auto library = std::shared_ptr<const void>(&table, [&](const void*) { at_the_end = teardowns; });
  auto offers = set_up(*check(bytes_of(table), "memory"), std::move(library));
  ASSERT_TRUE(offers);
  EXPECT_EQ(teardowns, 0);
  offers->keeps.reset();
  EXPECT_EQ(teardowns, 1);
  EXPECT_EQ(at_the_end, 1);
}

TEST(Offer, IsNotTornDownWhenItWasNotSetUp) {
  teardowns = 0;
  const auto table = native::table<fail, tear_down>("here");
  EXPECT_FALSE(set_up(*check(bytes_of(table), "memory"), nullptr));
  EXPECT_EQ(teardowns, 0);
}

TEST(Offer, IsTornDownWhenItsSetUpSucceededAndTheHostRefusedIt) {
  teardowns = 0;
  const auto ignores = [](const mainstay_plugins_host* host) -> std::int32_t {
    host->implement(host, nullptr);
    return 0;
  };
  auto table = native::table<succeed, tear_down>("here");
  table.setup = ignores;
  EXPECT_FALSE(set_up(*check(bytes_of(table), "memory"), nullptr));
  EXPECT_EQ(teardowns, 1);
}

std::string refusal_of(const mainstay_plugins_table& table) {
  const auto offers = set_up(*check(bytes_of(table), "memory"), nullptr);
  return offers ? "" : offers.error().message;
}

TEST(Offer, TellsWhatItsSetUpThrew) {
  const std::string refused = "plugin \"here\" of \"memory\" could not be set up: ";
  EXPECT_EQ(refusal_of(native::table<throw_words>("here")), refused + "the dictionary is missing");
  EXPECT_EQ(refusal_of(native::table<throw_a_number>("here")),
            refused + "it threw something that is no std::exception");
}

TEST(Offer, ThrowsNothingOutOfItsTable) {
  const auto table = native::table<throw_words, throw_at_the_end>("here");
  std::string why;
  mainstay_plugins_host host{};
  host.host = &why;
  host.fail = [](const mainstay_plugins_host* to, const char* message, std::uint64_t size) {
    static_cast<std::string*>(to->host)->assign(message, size);
  };
  EXPECT_EQ(table.setup(&host), 1);
  EXPECT_EQ(why, "the dictionary is missing");
  teardowns = 0;
  table.teardown();
  EXPECT_EQ(teardowns, 1);
}

TEST(Offer, SurvivesATableThatIsWrittenByHandAndThrows) {
  auto table = native::table<succeed>("here");
  table.teardown = &throw_at_the_end;
  teardowns = 0;
  EXPECT_TRUE(set_up(*check(bytes_of(table), "memory"), nullptr));
  EXPECT_EQ(teardowns, 1);
  table.setup = &throw_words;
  EXPECT_EQ(refusal_of(table),
            "plugin \"here\" of \"memory\" could not be set up: its setup "
            "threw: the dictionary is missing");
  table.setup = &throw_a_number;
  EXPECT_EQ(refusal_of(table),
            "plugin \"here\" of \"memory\" could not be set up: its setup "
            "threw something that is no std::exception");
}

TEST(Offer, IsReadFromBytesThatAreNotAligned) {
  const auto table = native::table<succeed>("here");
  std::array<std::byte, sizeof table + 1> buffer{};
  std::memcpy(buffer.data() + 1, &table, sizeof table);
  EXPECT_EQ(check(std::span(buffer).subspan(1), "memory")->plugin, "here");
}

TEST(Offer, IsRefusedWhenItsBytesEndEarly) {
  const auto table = native::table<succeed>("here");
  for (std::size_t size = 0; size < sizeof table; ++size) {
    EXPECT_FALSE(check(bytes_of(table).first(size), "memory")) << size;
  }
}

TEST(Offer, IsCheckedWithoutTouchingWhatHostileBytesPointTo) {
  // Whatever the rest says, a wrong header is refused before a pointer is followed.
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::array<unsigned char, sizeof(mainstay_plugins_table)> bytes{};
    for (auto& byte : bytes) byte = static_cast<unsigned char>(random());
    if (round % 2 == 0) {
      const std::uint32_t magic = MAINSTAY_PLUGINS_MAGIC;
      std::memcpy(bytes.data(), &magic, sizeof magic);
      if (bytes[4] == 1 && bytes[5] == 0) continue;  // would be a table
    }
    EXPECT_FALSE(check(std::as_bytes(std::span(bytes)), "memory"));
  }
}

}  // namespace
}  // namespace mainstay::plugins

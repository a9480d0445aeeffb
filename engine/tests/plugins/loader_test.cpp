// loader_test.cpp - files that are plugins, and every way not to be one.
#include "mainstay/plugins/loader.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace mainstay::plugins {
namespace {

namespace fs = std::filesystem;

std::string object(const std::string& name) { return MAINSTAY_PLUGIN_OBJECTS "/" + name + ".so"; }

bool is_loaded(const std::string& path) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) dlclose(handle);
  return handle != nullptr;
}

std::string refused(const std::string& path) {
  const auto offers = load(path);
  EXPECT_FALSE(offers) << path;
  return offers ? "" : offers.error().message;
}

// A folder that is there for one test.
class Loader : public testing::Test {
 protected:
  Loader() {
    std::string name = (fs::temp_directory_path() / "mainstay-loader-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Loader() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  fs::path folder_;
};

TEST_F(Loader, ReadsWhatAPluginOffers) {
  const auto offers = load(object("words"));
  ASSERT_TRUE(offers) << offers.error().message;
  EXPECT_EQ(offers->plugin, "words");
  EXPECT_EQ(offers->version, "1.2");
  ASSERT_EQ(offers->offers.size(), 3u);
  const Offer& repeat = offers->offers[0];
  EXPECT_EQ(repeat.hook, "repeat");
  EXPECT_EQ(repeat.arguments, (std::vector<std::string>{"times", "text"}));
  EXPECT_EQ(repeat.position.plugin, "words");
  EXPECT_TRUE(repeat.position.tryfirst);
  EXPECT_FALSE(repeat.optional);
  EXPECT_EQ(offers->offers[1].position.before, (std::vector<std::string>{"late"}));
  EXPECT_TRUE(offers->offers[2].optional);
}

TEST_F(Loader, UnloadsWithTheLastHolder) {
  const std::string path = object("words");
  auto offers = load(path);
  ASSERT_TRUE(offers);
  auto keeps = offers->keeps;
  *offers = {};
  EXPECT_TRUE(is_loaded(path));
  keeps.reset();
  EXPECT_FALSE(is_loaded(path));
}

TEST_F(Loader, TakesAPathWithoutASlashForAFileHere) {
  const auto here = fs::current_path();
  fs::current_path(MAINSTAY_PLUGIN_OBJECTS);
  const auto offers = load("words.so");
  fs::current_path(here);
  EXPECT_TRUE(offers);
}

TEST_F(Loader, TakesALongerTableOfANewerMinorVersion) {
  const auto offers = load(object("not_newer_minor"));
  ASSERT_TRUE(offers) << offers.error().message;
  EXPECT_EQ(offers->plugin, "wrong");
}

TEST_F(Loader, RefusesWhatIsNotThere) {
  const std::string path = (folder_ / "none.so").string();
  EXPECT_EQ(refused(path), "cannot load plugin \"" + path +
                               "\": there is no such file; wanted the path of a shared object");
  EXPECT_NE(load("").error().message.find("the path is empty"), std::string::npos);
  EXPECT_NE(load(std::string("a\0b", 3)).error().message.find("zero byte"), std::string::npos);
}

TEST_F(Loader, RefusesWhatIsNoFile) {
  EXPECT_NE(refused(folder_.string()).find("it is no ordinary file"), std::string::npos);
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(refused(pipe).find("it is no ordinary file"), std::string::npos);
}

TEST_F(Loader, RefusesWhatIsNoSharedObject) {
  for (const std::string_view content : {"", "a text that is no plugin\n",
                                         "\x7f"
                                         "ELF"}) {
    const std::string text = refused(file("text.so", content));
    EXPECT_NE(text.find("wanted a shared object for this machine"), std::string::npos) << text;
  }
}

TEST_F(Loader, RefusesAnObjectForAnotherMachine) {
  std::ifstream whole(object("words"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(whole), {}};
  constexpr std::size_t kMachine = 18;  // where the header has it
  for (const auto& [machine, name] : {std::pair('\xb7', "AArch64"), std::pair('\x3e', "x86-64"),
                                      std::pair('\x99', "machine 153")}) {
    if (bytes.at(kMachine) == machine) continue;  // this one
    std::string other = bytes;
    other[kMachine] = machine;
    other[kMachine + 1] = '\0';
    const std::string text = refused(file(std::string(name) + ".so", other));
    EXPECT_NE(text.find(std::string("it was built for ") + name + ", and this is "),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("wanted a shared object for this machine"), std::string::npos) << text;
  }
}

TEST_F(Loader, RefusesACutOffObjectAtEveryLength) {
  std::ifstream whole(object("words"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(whole), {}};
  int cut_off = 0;
  for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 150) {
    // Never the same name again: some are loaded, and a loaded file must not change.
    const std::string name = "cut-" + std::to_string(length) + ".so";
    const auto offers = load(file(name, std::string_view(bytes).substr(0, length)));
    // Past the last segment only what debuggers read is missing.
    if (!offers) cut_off += offers.error().message.find("it was cut off") != std::string::npos;
  }
  EXPECT_GT(cut_off, 5);
  EXPECT_TRUE(load(file("whole.so", bytes)));
}

TEST_F(Loader, RefusesAnObjectWithoutWhatItNeeds) {
  EXPECT_NE(refused(object("unresolved")).find("nobody_defines_this"), std::string::npos);
}

TEST_F(Loader, RefusesAnObjectWithoutATable) {
  EXPECT_NE(refused(object("no_table"))
                .find("it exports no mainstay_plugin; a plugin defines a mainstay_plugins_table"),
            std::string::npos);
}

TEST_F(Loader, RefusesAnObjectWhoseTableIsThatOfALibraryItNeeds) {
  EXPECT_NE(refused(object("dependent")).find("it exports no mainstay_plugin"), std::string::npos);
  EXPECT_TRUE(load(object("words")));
}

struct Wrong {
  const char* object;
  const char* words;
};

class WrongTable : public testing::TestWithParam<Wrong> {};

TEST_P(WrongTable, IsRefusedInWords) {
  const std::string path = object(GetParam().object);
  const std::string text = refused(path);
  EXPECT_NE(text.find(GetParam().words), std::string::npos) << text;
  EXPECT_NE(text.find(path), std::string::npos) << text;
  EXPECT_FALSE(is_loaded(path));
}

INSTANTIATE_TEST_SUITE_P(
    Loader, WrongTable,
    testing::Values(
        Wrong{"magic", "does not begin with MAINSTAY_PLUGINS_MAGIC"},
        Wrong{"other_symbol", "its table has 4 bytes, which is not even a header"},
        Wrong{"newer_major",
              "made for version 2.0 of the plugin tables, wanted 1.x; use a newer "
              "mainstay or"},
        Wrong{"older_major",
              "made for version 0.0 of the plugin tables, wanted 1.x; build it again"},
        Wrong{"short_table", "its table has 24 bytes, wanted at least"},
        Wrong{"null_name", "it has no name"}, Wrong{"empty_name", "it has no name"},
        Wrong{"null_setup",
              "the setup of plugin \"wrong\" is a null pointer; set `setup` in its table"},
        Wrong{"silent_setup", "it returned 3 and did not say why"},
        Wrong{"setup_with_words", "could not be set up: the dictionary is missing"},
        Wrong{"null_implementation", "an implementation is a null pointer"},
        Wrong{"ignored_refusal", "could not be set up: an implementation is a null pointer"},
        Wrong{"short_implementation", "an implementation says it has 8 bytes, wanted at least"},
        Wrong{"no_hook", "an implementation does not say of which hook"},
        Wrong{"null_function",
              "the implementation of hook \"tag\": its function is a null pointer"},
        Wrong{"unknown_flags", "flags 1048576 are unknown to version 1.0; a newer mainstay"},
        Wrong{"missing_name", "number 2 of its arguments has no name"},
        Wrong{"no_names", "it counts 2 arguments but has no list of them"},
        Wrong{"countless_names", "4294967295 arguments are more than the 1000 that are allowed"},
        Wrong{"repeated_name", "it asks twice for argument \"title\""}),
    [](const auto& test) { return std::string(test.param.object); });

}  // namespace
}  // namespace mainstay::plugins

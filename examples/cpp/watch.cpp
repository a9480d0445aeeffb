// watch.cpp - be told of files that appear below a folder, without a loop that looks.
//
// prints: created .*/inbox/today/letter
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <mainstay/watch/watch.hpp>

int main() {
  namespace watch = mainstay::watch;
  std::string folder = std::filesystem::temp_directory_path() / "mainstay-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  std::filesystem::create_directory(folder + "/inbox");

  auto reader = watch::Reader::start();
  if (!reader) return 1;
  auto source = (*reader)->open();
  if (!source) return 1;
  auto inbox = std::make_shared<watch::Inbox>(std::size_t{64} << 20U);
  watch::WatchOptions options;
  options.path = folder + "/inbox";
  options.recursive = true;
  options.kinds = watch::only(watch::Kind::file_created);
  if (const auto added = (*source)->add(options, inbox).get(); !added) {
    std::printf("%s\n", added.error().message.c_str());
    return 1;
  }

  std::filesystem::create_directory(folder + "/inbox/today");
  std::ofstream(folder + "/inbox/today/letter") << "hello";
  (void)inbox->wait(std::nullopt);
  watch::Batch batch;
  inbox->take(batch);
  watch::Batch::Reader events(batch);
  while (const auto event = events.next()) {
    std::printf("created %s\n", std::string(event->source).c_str());
  }
  std::filesystem::remove_all(folder);
}

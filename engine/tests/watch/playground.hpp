// playground.hpp - a folder of its own for a test, and a mirror of it that is built from events.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "mainstay/watch/watch.hpp"

namespace mainstay::watch::testing {

namespace fs = std::filesystem;

class Playground {
 public:
  Playground() {
    // In memory where that is possible: a busy disk makes tens of thousands of files slow.
    const fs::path memory = "/dev/shm";
    const fs::path where = fs::exists(memory) ? memory : fs::temp_directory_path();
    std::string name = (where / "mainstay-watch-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
  }
  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;
  ~Playground() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  [[nodiscard]] std::string at(const std::string& name) const { return (root_ / name).string(); }
  [[nodiscard]] std::string root() const { return root_.string(); }
  void file(const std::string& name) const { std::ofstream(root_ / name) << "x"; }
  void folder(const std::string& name) const { fs::create_directories(root_ / name); }
  void rename(const std::string& from, const std::string& to) const {
    fs::rename(root_ / from, root_ / to);
  }
  void remove(const std::string& name) const { fs::remove_all(root_ / name); }

  // What is there: paths below the root, with a slash at the end of folders.
  [[nodiscard]] std::vector<std::string> content() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      found.push_back(entry.path().lexically_relative(root_).string() +
                      (fs::is_directory(entry.symlink_status()) ? "/" : ""));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  fs::path root_;
};

inline const char* name_of(Kind kind) {
  static const char* const names[] = {"created",         "created/",  "deleted", "deleted/",
                                      "modified",        "modified/", "attrib",  "attrib/",
                                      "moved",           "moved/",    "opened",  "closed",
                                      "closed-no-write", "overflow",  "ended"};
  return names[static_cast<std::size_t>(kind)];
}

// What is below a root, as far as events told.
class Mirror {
 public:
  explicit Mirror(const Playground& ground) : root_(ground.root() + "/") {
    for (const std::string& each : ground.content()) {
      const bool folder = each.back() == '/';
      paths_[folder ? each.substr(0, each.size() - 1) : each] = folder;
    }
  }

  void apply(const Event& event) {
    const std::string source = relative(event.source);
    switch (event.kind) {
      case Kind::file_created: paths_[source] = false; break;
      case Kind::dir_created: paths_[source] = true; break;
      case Kind::file_deleted:
      case Kind::dir_deleted: erase(source); break;
      case Kind::file_moved:
      case Kind::dir_moved:
        move(source, relative(event.target), event.kind == Kind::dir_moved);
        break;
      default: break;
    }
  }

  [[nodiscard]] std::vector<std::string> content() const {
    std::vector<std::string> found;
    for (const auto& [path, folder] : paths_) found.push_back(path + (folder ? "/" : ""));
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  [[nodiscard]] std::string relative(std::string_view path) const {
    return path.size() < root_.size() ? std::string() : std::string(path.substr(root_.size()));
  }
  void erase(const std::string& path) {
    paths_.erase(path);
    for (auto at = paths_.lower_bound(path + "/"); at != paths_.end() && below(at->first, path);) {
      at = paths_.erase(at);
    }
  }
  static bool below(const std::string& path, const std::string& folder) {
    return path.compare(0, folder.size() + 1, folder + "/") == 0;
  }
  void move(const std::string& from, const std::string& to, bool folder) {
    std::map<std::string, bool> moved;
    for (auto at = paths_.lower_bound(from + "/"); at != paths_.end() && below(at->first, from);
         ++at) {
      moved[to + at->first.substr(from.size())] = at->second;
    }
    const bool known = paths_.count(from) != 0;
    erase(from);
    // What moved with its folder is told of once more, after it is there.
    if (known || paths_.count(to) == 0) erase(to);
    paths_[to] = folder;
    paths_.insert(moved.begin(), moved.end());
  }

  std::string root_;
  std::map<std::string, bool> paths_;
};

}  // namespace mainstay::watch::testing

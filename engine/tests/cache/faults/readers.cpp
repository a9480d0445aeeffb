// readers.cpp - what a reader says when writers come between any two of its steps.
//
// On one thread: at a step of the reader the writers' work is done to its end. So each order of
// loads is tried, and not only those that a busy machine happens to make.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"

namespace mainstay::cache::faults {
namespace {

constexpr std::size_t kSize = 600;

std::string text(char fill) { return std::string(kSize, fill); }

// A store of one key among others, and a hand on its segments.
class Scene {
 public:
  Scene() {
    std::string path =
        (std::filesystem::temp_directory_path() / "mainstay-readers-XXXXXX").string();
    folder_ = mkdtemp(path.data());
    store_ = std::make_unique<Store>(*Store::open(folder_));
    // Segments have sizes; those in use are the largest, and only they are used again.
    reuse_all_segments();
    put("key", text('a'));
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Store& store() { return *store_; }
  void put(const std::string& key, const std::string& value) {
    auto hold = store_->hold();
    (void)hold->put(text_key(key), {.value = {1, value}, .now = 1});
    hold->release();
    (void)store_->settle(0);
  }
  void erase(const std::string& key) {
    auto hold = store_->hold();
    (void)hold->erase(text_key(key));
  }
  // Writes until every segment there is now was written over. Values are the same at all places.
  void reuse_all_segments(char fill = 'z') {
    for (int i = 0; i < 3000; ++i) put("other" + std::to_string(i % 7), text(fill));
  }

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
};

struct Case {
  const char* name;
  void (*before)(Scene&, std::optional<Hold>&);  // the state when the reader comes
  void (*between)(Scene&, std::optional<Hold>&);
  std::set<std::string> allowed;  // "": it is not there
};

const std::string kOld = text('a');
const std::string kNew = text('b');

void nothing(Scene&, std::optional<Hold>&) {}

void open_batch(Scene& scene, std::optional<Hold>& hold, bool erases) {
  hold.emplace(*scene.store().hold());
  (void)hold->begin();
  if (erases) {
    (void)hold->erase(text_key("key"));
  } else {
    (void)hold->put(text_key("key"), {.value = {1, kNew}, .now = 1});
  }
}

const Case kCases[] = {
    {"overwritten, and all segments used again",
     nothing,
     [](Scene& scene, std::optional<Hold>&) {
       scene.put("key", kNew);
       scene.reuse_all_segments();
     },
     {kOld, kNew}},
    {"all segments used again",
     nothing,
     [](Scene& scene, std::optional<Hold>&) { scene.reuse_all_segments('b'); },
     {kOld}},
    {"erased and put again",
     nothing,
     [](Scene& scene, std::optional<Hold>&) {
       scene.erase("key");
       scene.reuse_all_segments();
       scene.put("key", kNew);
     },
     {kOld, kNew, ""}},
    {"the index grows and is punched",
     nothing,
     [](Scene& scene, std::optional<Hold>&) {
       for (int i = 0; i < 5000; ++i) scene.put("more" + std::to_string(i), "x");
     },
     {kOld}},
    {"a batch begins, commits, and its past is used again",
     nothing,
     [](Scene& scene, std::optional<Hold>& hold) {
       open_batch(scene, hold, false);
       (void)hold->commit();
       hold.reset();
       scene.reuse_all_segments();
     },
     {kOld, kNew}},
    {"a batch is open",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, false); },
     nothing,
     {kOld}},
    {"an open batch commits, and its past is used again",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, false); },
     [](Scene& scene, std::optional<Hold>& hold) {
       (void)hold->commit();
       hold.reset();
       scene.reuse_all_segments();
     },
     {kOld, kNew}},
    {"an open batch is rolled back and written over",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, false); },
     [](Scene& scene, std::optional<Hold>& hold) {
       hold->roll_back();
       hold.reset();
       // Records of the same size at the same places, of other keys and of this one.
       scene.put("kex", kNew);
       scene.put("kez", text('c'));
     },
     {kOld}},
    {"an open batch is rolled back, everything used again, and another is open",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, false); },
     [](Scene& scene, std::optional<Hold>& hold) {
       hold->roll_back();
       hold.reset();
       scene.reuse_all_segments();
       open_batch(scene, hold, false);
     },
     {kOld}},
    {"a batch that erases it commits",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, true); },
     [](Scene& scene, std::optional<Hold>& hold) {
       (void)hold->commit();
       hold.reset();
       scene.reuse_all_segments();
     },
     {kOld, ""}},
    {"a batch that erases it is open",
     [](Scene& scene, std::optional<Hold>& hold) { open_batch(scene, hold, true); },
     nothing,
     {kOld}},
};

}  // namespace

Report interleave_readers() {
  Report report;
  for (const Case& each : kCases) {
    for (const Point step : {Point::reader_word, Point::reader_life, Point::reader_header,
                             Point::reader_copied, Point::reader_old}) {
      if (!report.is_good()) return report;
      Scene scene;
      std::optional<Hold> hold;
      each.before(scene, hold);
      Reading reading;
      run_at(step, [&] { each.between(scene, hold); });
      const auto there = scene.store().read(text_key("key"), reading);
      disarm();
      ++report.runs;
      const std::string seen = there && *there ? std::string(reading->value.bytes) : "";
      hold.reset();
      if (each.allowed.count(seen) != 0) continue;
      report.wrong.push_back(std::string(each.name) + ", at " + name_of(step) +
                             ": the reader saw " + (seen.empty() ? "nothing" : seen.substr(0, 10)));
    }
  }
  return report;
}

}  // namespace mainstay::cache::faults

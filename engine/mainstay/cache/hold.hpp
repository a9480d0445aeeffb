// hold.hpp - the store, held by one thread: everything that changes it, and reading that is to fit.
//
//   auto hold = store.hold();
//   if (!hold) ...                       // timed out
//   hold->put(text_key("a"), {.value = {1, "x"}, .now = now});   // committed when it returns
//   hold->begin();  ...  hold->commit(); // or all of several changes, or none
//
// While it lasts no other thread or process changes anything; readers go on, and see what is
// committed. It is released at its end (an open batch is rolled back) by the thread that took it;
// in a forked child it is void, and every call refuses. Views stay valid until the next change.
#pragma once

#include <pthread.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/cache/item.hpp"
#include "mainstay/cache/options.hpp"
#include "mainstay/cache/value_file.hpp"

namespace mainstay::cache {

namespace detail {
struct Core;
class Record;
struct Found;
struct Draft;
enum class Reserve : std::uint64_t;
}  // namespace detail

// An item as it lies in the log, or in a Reading.
struct View {
  Key key;
  Value value = {};
  Tag tag = {};
  std::optional<double> expires = {};
  FileRef file;  // the value is in it; kind and bytes of `value` are beside it
  bool own_file = false;
  bool foreign_file = false;
  double stored = 0;
  double accessed = 0;
  std::uint64_t accesses = 0;
  std::uint64_t rank = 0;

  [[nodiscard]] bool expired(double now) const noexcept { return expires && !(*expires > now); }
};

struct Put {
  Value value = {};
  Tag tag = {};
  std::optional<double> expires = {};
  double now = 0;             // time of storing
  ValueFile* file = nullptr;  // the value is in it; it is used up
  std::optional<FileRef> foreign =
      {};                    // the value is in a file of the caller's (only the size counts)
  bool keep_access = false;  // not a new value: access time and count stay
};

struct Limits {
  Policy policy = Policy::least_recently_stored;
  std::uint64_t size = std::uint64_t{1} << 30;  // of Stats::volume()
};

class Hold {
 public:
  Hold(Hold&& other) noexcept;
  Hold& operator=(Hold&& other) noexcept;
  ~Hold();

  // --- one item
  [[nodiscard]] std::optional<View> find(const Key& key) const;
  [[nodiscard]] Result<void> put(const Key& key, const Put& put);
  // Another value and time of storing; expiry, tag and rank stay. It counts as a use under
  // `policy`.
  [[nodiscard]] Result<bool> update(const Key& key, const Value& value, double now,
                                    Policy policy = Policy::none);
  // The same value with another expiry.
  [[nodiscard]] Result<bool> touch(const Key& key, std::optional<double> expires);
  // False: there is none.
  [[nodiscard]] Result<bool> erase(const Key& key);

  // --- orders: insertion (by rank), and sorted (by kind and bytes of the key)
  [[nodiscard]] std::optional<View> first() const { return end(false); }
  [[nodiscard]] std::optional<View> last() const { return end(true); }
  // Visits items with after < rank < before, upwards or downwards, while `visit` answers true. It
  // must not change the store.
  void walk(std::uint64_t after, std::uint64_t before, bool down,
            const std::function<bool(const View&)>& visit) const;
  // The nearest item above `key` (with `down`: below it), or at it if `inclusive`.
  [[nodiscard]] std::optional<View> beyond(const Key& key, bool inclusive, bool down);
  // The first or last item with low < key < high.
  [[nodiscard]] std::optional<View> between(const Key& low, const Key& high, bool last);
  [[nodiscard]] std::optional<View> lowest();
  [[nodiscard]] std::optional<View> highest();

  // --- many items: each erases at most `limit` items, in commits of their own
  // Expired before `now`, oldest expiry first.
  [[nodiscard]] Result<std::size_t> expire(double now, std::size_t limit);
  // By policy; `keep` (a rank) is left out. Looks at most at some 4,000 items whose turn it turns
  // out not to be.
  [[nodiscard]] Result<std::size_t> evict(Policy policy, std::size_t limit, std::uint64_t keep = 0);
  // Of a tag, from rank `after` on; which becomes the rank to go on from, or 0 at the end.
  [[nodiscard]] Result<std::size_t> erase_tag(const Tag& tag, std::uint64_t& after,
                                              std::size_t limit);
  [[nodiscard]] Result<std::size_t> clear(std::size_t limit);
  // The time of the next expiry, at the earliest; none: nothing expires.
  [[nodiscard]] std::optional<double> next_expiry() const;

  // --- batches
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] bool in_batch() const noexcept { return in_batch_; }
  [[nodiscard]] Result<void> commit();
  void roll_back();

  [[nodiscard]] Stats stats() const;
  [[nodiscard]] std::uint64_t volume() const noexcept;  // of stats()
  // Of the item that this hold put last.
  [[nodiscard]] std::uint64_t last_put_rank() const noexcept { return last_put_; }
  // Sequence number of the last change, 0 for none; what Store::sync() takes.
  [[nodiscard]] std::uint64_t lsn() const noexcept { return lsn_; }
  // Values of foreign files that were dropped since this was asked last (in a batch: that will be
  // once it is committed).
  [[nodiscard]] std::vector<std::string> take_dropped();
  // What is wrong, in words; with `fix` items that cannot be read are dropped, and value files that
  // no item has. Wrong derived state is made anew when the store is opened next with no other
  // there. Inside a batch that has changed something nothing is found.
  [[nodiscard]] Result<std::vector<std::string>> inspect(bool fix);
  // Bounded: copies what is alive out of the oldest segment. False: nothing left to do.
  bool compact(std::size_t bytes);

  // Whether the hold is this thread's, in this process.
  [[nodiscard]] bool is_valid() const noexcept;
  void release();

 private:
  friend class Store;
  explicit Hold(detail::Core& core) noexcept;
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] std::uint64_t hash(const Key& key) const noexcept;
  [[nodiscard]] std::optional<View> end(bool last) const;
  template <class Edit>
  [[nodiscard]] Result<bool> rewrite(const Key& key, Edit edit);
  // Appends and applies; commits unless a batch is open. On a full disk cleans, and tries again.
  [[nodiscard]] Result<void> change(detail::Draft draft, const detail::Found& found,
                                    detail::Reserve reserve);
  [[nodiscard]] Result<std::uint64_t> link(ValueFile& file);
  [[nodiscard]] Result<bool> erase_slot(std::uint64_t slot);
  [[nodiscard]] View view(std::uint64_t slot) const;
  void upkeep(std::size_t written);
  void wake(std::uint64_t hash);

  detail::Core* core_;
  std::uint64_t epoch_ = 0;
  pthread_t thread_{};
  bool in_batch_ = false;
  std::uint64_t lsn_ = 0;
  std::uint64_t last_put_ = 0;
  std::vector<std::string> dropped_;
  std::vector<std::uint64_t> woken_;  // hashes of the keys changed in the open batch
};

}  // namespace mainstay::cache

// store.cpp - the outside of a store; the inside is in detail/.
#include "mainstay/cache/store.hpp"

#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "mainstay/cache/detail/hash.hpp"
#include "mainstay/cache/detail/lock.hpp"
#include "mainstay/cache/detail/reader.hpp"
#include "mainstay/cache/detail/view.hpp"

namespace mainstay::cache {

using namespace detail;  // NOLINT: this file is the bridge to them

namespace {

// The last commit, read without the lock: it is not written over while it is the last one.
Word committed_lsn(const Core& core) {
  for (;;) {
    const Place last = load_acquire(core.control().last);
    const Word lsn = read_header(core.maps.words_at(last)).lsn;
    if (load_acquire(core.control().last) == last) return lsn;
  }
}

}  // namespace

Stats detail::make_stats(const Core& core) {
  const Control& control = core.control();
  Stats stats;
  stats.items = load_acquire(control.items);
  stats.record_bytes = load_acquire(control.record_bytes);
  stats.file_bytes = load_acquire(control.file_bytes);
  stats.last_rank = load_acquire(control.next_rank) - 1;
  if (load_acquire(control.batch) != 0) {
    stats.items = load(control.shown_items);
    stats.record_bytes = load(control.shown_record_bytes);
    stats.file_bytes = load(control.shown_file_bytes);
    stats.last_rank = load(control.shown_rank);
  }
  stats.segments = load(control.segments);
  stats.disk_bytes = core.maps.log_file.allocated() + core.maps.derived_file.allocated() +
                     core.maps.index_file.allocated() + core.super_file.allocated() +
                     stats.file_bytes;
  stats.lsn = committed_lsn(core);
  stats.durable_lsn = load(control.durable_lsn);
  return stats;
}

Reading::Reading() : buffer_(std::make_unique<Buffer>()) {}
Reading::Reading(Reading&&) noexcept = default;
Reading& Reading::operator=(Reading&&) noexcept = default;
Reading::~Reading() = default;

Store::Store(std::unique_ptr<Core> core) noexcept : core_(std::move(core)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(std::string directory, const Options& options) {
  auto core = open_core(std::move(directory), options);
  if (!core) return std::move(core).error();
  return Store(std::move(*core));
}

bool Store::is_new() const noexcept { return core_->is_new; }

Result<bool> Store::read(const Key& key, Reading& reading, Policy policy,
                         std::optional<double> used_at) const {
  if (auto adopted = core_->adopt(); !adopted) return std::move(adopted).error();
  const std::uint64_t hash = hash_key(core_->maps.seed, key.kind, key.bytes);
  Seen seen;
  const Look look = Reader(core_->maps).look(hash, key, *reading.buffer_, seen);
  if (look == Look::absent) return false;
  if (look == Look::unsettled) {
    if (auto taken = take(*core_, kTimeout); !taken) return taken;
    const Found found = core_->apply.index().find(hash, key);
    const Record record = found ? core_->maps.record(place_of(found.word)) : Record();
    const bool is_there = is_value(record.header().type) && record.intact();
    if (is_there) {
      const std::size_t words = record.header().total() / 8;
      Word* const copy = reading.buffer_->room(words);
      copy_out(record.words(), copy, words);
      seen = {Record(copy), found.slot};
    }
    unlock(core_->control().writer);
    if (!is_there) return false;
  }
  reading.view_ = make_view(core_->maps, seen.record, 0);
  const bool is_kept =
      policy == Policy::least_recently_used || policy == Policy::least_frequently_used;
  if (is_kept && used_at && seen.slot < core_->maps.capacity() &&
      !reading.view_.expired(*used_at)) {
    Slot& slot = core_->maps.slot(seen.slot);
    if (policy == Policy::least_frequently_used) {
      atomic(slot.accesses).fetch_add(1, std::memory_order_relaxed);
    }
    store(slot.accessed, std::bit_cast<Word>(*used_at));
  }
  return true;
}

Result<std::string> Store::content(const View& view) const {
  if (!view.own_file) return std::string(view.value.bytes);
  return core_->values.read(view.file);
}

std::string Store::path_of(const FileRef& file) const { return core_->values.path_of(file.id); }

Stats Store::stats() const { return make_stats(*core_); }

std::uint64_t Store::items() const {
  const Control& control = core_->control();
  const Word items = load_acquire(control.items);
  return load_acquire(control.batch) == 0 ? items : load(control.shown_items);
}

std::uint64_t Store::last_rank() const {
  const Control& control = core_->control();
  const Word next = load_acquire(control.next_rank);
  return load_acquire(control.batch) == 0 ? next - 1 : load(control.shown_rank);
}

std::uint64_t Store::hits() const { return load(core_->control().hits); }
std::uint64_t Store::misses() const { return load(core_->control().misses); }

void Store::score(std::uint64_t hits, std::uint64_t misses) {
  Control& control = core_->control();
  if (hits != 0) atomic(control.hits).fetch_add(hits, std::memory_order_relaxed);
  if (misses != 0) atomic(control.misses).fetch_add(misses, std::memory_order_relaxed);
}

void Store::set_score(std::uint64_t hits, std::uint64_t misses) {
  store(core_->control().hits, hits);
  store(core_->control().misses, misses);
}

Result<Hold> Store::hold(double timeout) {
  if (auto adopted = core_->adopt(); !adopted) return std::move(adopted).error();
  if (auto taken = take(*core_, timeout); !taken) return std::move(taken).error();
  return Hold(*core_);
}

Result<std::optional<Hold>> Store::try_hold() {
  if (auto adopted = core_->adopt(); !adopted) return std::move(adopted).error();
  auto taken = take(*core_, {});
  if (!taken) return std::move(taken).error();
  return *taken ? std::optional<Hold>(Hold(*core_)) : std::optional<Hold>();
}

bool Store::is_settled() const noexcept {
  return !core_->options.sync && load(core_->control().unsettled) == 0;
}

Result<void> Store::settle(std::uint64_t lsn, double timeout) {
  if (core_->options.sync && lsn != 0) {
    if (auto synced = sync(lsn, timeout); !synced) return synced;
  }
  // The change is made; what upkeep meets is not its failure, and is tried again by the next one.
  if (load(core_->control().unsettled) != 0) (void)detail::settle(*core_, false);
  return {};
}

Result<void> Store::sync(std::uint64_t lsn, double timeout) {
  return detail::sync(*core_, lsn, timeout);
}

Result<void> Store::sync(double timeout) {
  return detail::sync(*core_, committed_lsn(*core_), timeout);
}

Result<ValueFile> Store::new_value_file() {
  auto file = core_->values.make();
  if (!file) return std::move(file).error();
  return ValueFile(std::move(*file));
}

std::uint32_t Store::ticket(const Key& key) const {
  const std::uint64_t hash = hash_key(core_->maps.seed, key.kind, key.bytes);
  return static_cast<std::uint32_t>(low32(load_acquire(core_->control().wake[hash % kWakeSlots])));
}

bool Store::wait(const Key& key, std::uint32_t ticket, double seconds) const {
  const std::uint64_t hash = hash_key(core_->maps.seed, key.kind, key.bytes);
  auto* const halves = reinterpret_cast<std::uint32_t*>(&core_->control().wake[hash % kWakeSlots]);
  const std::atomic_ref<std::uint32_t> waiting(halves[1]);
  waiting.fetch_add(1, std::memory_order_seq_cst);
  timespec length{};
  length.tv_sec = static_cast<time_t>(seconds);
  length.tv_nsec = static_cast<long>((seconds - static_cast<double>(length.tv_sec)) * 1e9);
  const long woken = syscall(SYS_futex, halves, FUTEX_WAIT, ticket, &length, nullptr, 0);
  const bool moved = woken == 0 || errno == EAGAIN;
  waiting.fetch_sub(1, std::memory_order_seq_cst);
  return moved;
}

std::vector<std::string> Store::files() const {
  std::vector<std::string> names{"store.lock", "store.super", "store.log", "store.derived",
                                 "store.index"};
  for (const std::uint64_t id : core_->values.list()) {
    names.push_back("values/" + Values::name_of(id));
  }
  return names;
}

const std::string& Store::directory() const noexcept { return core_->directory; }

}  // namespace mainstay::cache

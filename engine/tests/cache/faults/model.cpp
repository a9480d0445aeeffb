// model.cpp - drawing, applying and comparing.
#include "cache/faults/model.hpp"

#include <algorithm>
#include <chrono>

namespace mainstay::cache::faults {
namespace {

constexpr std::size_t kFile = 33000;  // bytes of a value in a file of its own

std::string text_of(std::mt19937_64& random, std::size_t size) {
  std::string text = std::to_string(random()) + ":";
  const char fill = static_cast<char>('a' + random() % 26);
  if (text.size() < size) text.resize(size, fill);
  return text;
}

template <class T>
std::string words(const Result<T>& result, const char* what) {
  return std::string(what) + ": " + result.error().message;
}

std::string oldest(const Model& model) {
  const auto least = std::min_element(
      model.items.begin(), model.items.end(),
      [](const auto& a, const auto& b) { return a.second.stored < b.second.stored; });
  return least == model.items.end() ? std::string() : least->first;
}

std::string change(Hold& hold, Store& store, const Op& op) {
  switch (op.kind) {
    case Op::Kind::set:
    case Op::Kind::push: {
      const Put put{.value = {1, op.value},
                    .tag = {2, std::string_view(op.value).substr(0, 1)},
                    .expires = op.expires,
                    .now = op.now};
      if (auto done = hold.put(text_key(op.key), put); !done) return words(done, "put");
      return {};
    }
    case Op::Kind::set_file: {
      auto file = store.new_value_file();
      if (!file) return words(file, "new_value_file");
      if (auto written = file->append(op.value); !written) return words(written, "append");
      const Put put{.value = {1, {}},
                    .tag = {2, std::string_view(op.value).substr(0, 1)},
                    .expires = op.expires,
                    .now = op.now,
                    .file = &*file};
      if (auto done = hold.put(text_key(op.key), put); !done) return words(done, "put a file");
      return {};
    }
    case Op::Kind::erase:
      if (auto done = hold.erase(text_key(op.key)); !done) return words(done, "erase");
      return {};
    case Op::Kind::touch:
      if (auto done = hold.touch(text_key(op.key), op.expires); !done) return words(done, "touch");
      return {};
    case Op::Kind::update:
      if (auto done = hold.update(text_key(op.key), {1, op.value}, op.now); !done) {
        return words(done, "update");
      }
      return {};
    default: return "no change";
  }
}

}  // namespace

bool Model::same_as(const Model& other) const {
  if (items.size() != other.items.size()) return false;
  const auto in_order = [](const Model& model) {
    std::vector<std::pair<std::uint64_t, std::string>> keys;
    for (const auto& [key, item] : model.items) keys.emplace_back(item.order, key);
    std::sort(keys.begin(), keys.end());
    for (auto& [order, key] : keys) order = 0;
    return keys;
  };
  for (auto a = items.begin(), b = other.items.begin(); a != items.end(); ++a, ++b) {
    ModelItem first = a->second;
    ModelItem second = b->second;
    first.order = second.order = 0;
    if (a->first != b->first || first != second) return false;
  }
  return in_order(*this) == in_order(other);
}

Op draw(std::mt19937_64& random, const std::string& prefix, double now, bool alone) {
  Op op;
  op.now = now;
  const auto dice = random() % 100;
  const auto key = random() % 60;
  op.key = prefix + std::to_string(key);
  // Times are all different, so that it is decided who is first.
  if (random() % 3 == 0) op.expires = now * 1.00001 + static_cast<double>(random() % 200) - 50;
  op.value = text_of(random, random() % 10 == 0 ? 4000 : random() % 700);
  using Kind = Op::Kind;
  if (dice < 38) {
    op.kind = Kind::set;
  } else if (dice < 44) {
    op.kind = Kind::set_file;
    op.value = text_of(random, kFile + random() % 100);
  } else if (dice < 58) {
    op.kind = Kind::erase;
  } else if (dice < 64) {
    op.kind = Kind::touch;
  } else if (dice < 70) {
    op.kind = Kind::update;
  } else if (dice < 73) {
    op.kind = Kind::push;
    op.key = prefix + "q" + std::to_string(1000 + random() % 100);
  } else if (dice < 88) {
    op.kind = random() % 3 == 0 ? Kind::rollback : Kind::batch;
    if (random() % 12 == 0) {  // many new keys: tables and chunks grow, the order is packed
      for (int n = 0; n < 150; ++n) {
        Op part{Op::Kind::set, prefix + "f" + std::to_string(random() % 3000), {}, 0, {}, {}};
        part.value = std::to_string(random());
        part.now = now + 0.001 * n;
        op.parts.push_back(std::move(part));
      }
      return op;
    }
    for (auto n = 1 + random() % 12; n > 0; --n) {
      Op part = draw(random, prefix, now + 0.01 * static_cast<double>(n), false);
      if (part.kind <= Kind::push) op.parts.push_back(std::move(part));
    }
  } else if (!alone) {
    op.kind = Kind::settle;
  } else {
    constexpr Kind kOthers[] = {Kind::evict, Kind::evict,  Kind::expire, Kind::erase_tag,
                                Kind::pull,  Kind::settle, Kind::lowest, Kind::compact};
    op.kind = kOthers[random() % std::size(kOthers)];
    if (random() % 60 == 0) op.kind = Kind::clear;
    op.value = std::string(1, static_cast<char>('0' + random() % 10));
  }
  return op;
}

void apply(Model& model, const Op& op) {
  const auto there = model.items.find(op.key);
  switch (op.kind) {
    case Op::Kind::set:
    case Op::Kind::push:
    case Op::Kind::set_file: {
      ModelItem& item = model.items[op.key];
      if (item.order == 0) item.order = model.next_order++;
      item = {op.value,   op.value.substr(0, 1),        op.expires, op.now,
              item.order, op.kind == Op::Kind::set_file};
      return;
    }
    case Op::Kind::erase: model.items.erase(op.key); return;
    case Op::Kind::touch:
      if (there != model.items.end()) there->second.expires = op.expires;
      return;
    case Op::Kind::update:
      if (there == model.items.end()) return;
      there->second.value = op.value;
      there->second.stored = op.now;
      there->second.in_file = false;
      return;
    case Op::Kind::pull:
      if (!model.items.empty()) model.items.erase(model.items.begin());
      return;
    case Op::Kind::evict: model.items.erase(oldest(model)); return;
    case Op::Kind::expire:
      // One: the one that expired first.
      {
        auto first = model.items.end();
        for (auto item = model.items.begin(); item != model.items.end(); ++item) {
          const auto& expires = item->second.expires;
          if (!expires || !(*expires < op.now)) continue;
          if (first == model.items.end() || *expires < *first->second.expires) first = item;
        }
        if (first != model.items.end()) model.items.erase(first);
      }
      return;
    case Op::Kind::erase_tag: {
      auto first = model.items.end();
      for (auto item = model.items.begin(); item != model.items.end(); ++item) {
        if (item->second.tag != op.value) continue;
        if (first == model.items.end() || item->second.order < first->second.order) first = item;
      }
      if (first != model.items.end()) model.items.erase(first);
      return;
    }
    case Op::Kind::clear: {
      auto first = model.items.begin();
      for (auto item = model.items.begin(); item != model.items.end(); ++item) {
        if (item->second.order < first->second.order) first = item;
      }
      if (first != model.items.end()) model.items.erase(first);
      return;
    }
    case Op::Kind::batch:
      for (const Op& part : op.parts) apply(model, part);
      return;
    case Op::Kind::rollback:
    case Op::Kind::settle:
    case Op::Kind::lowest:
    case Op::Kind::compact: return;
  }
}

std::string apply(Store& store, const Op& op, std::uint64_t* lsn) {
  auto held = store.hold(20);
  if (!held) return words(held, "hold");
  Hold& hold = *held;
  std::string failed;
  switch (op.kind) {
    case Op::Kind::pull: {
      const auto item = hold.lowest();
      if (!item) break;
      const std::string key(item->key.bytes);
      if (auto done = hold.erase(text_key(key)); !done) failed = words(done, "pull");
      break;
    }
    case Op::Kind::evict:
      if (auto done = hold.evict(Policy::least_recently_stored, 1); !done)
        failed = words(done, "evict");
      break;
    case Op::Kind::expire:
      if (auto done = hold.expire(op.now, 1); !done) failed = words(done, "expire");
      break;
    case Op::Kind::erase_tag: {
      std::uint64_t after = 0;
      if (auto done = hold.erase_tag({2, op.value}, after, 1); !done)
        failed = words(done, "erase_tag");
      break;
    }
    case Op::Kind::clear:
      if (auto done = hold.clear(1); !done) failed = words(done, "clear");
      break;
    case Op::Kind::batch:
    case Op::Kind::rollback:
      if (auto done = hold.begin(); !done) return words(done, "begin");
      for (const Op& part : op.parts) {
        if (failed.empty()) failed = change(hold, store, part);
      }
      if (!failed.empty()) return failed;
      if (op.kind == Op::Kind::rollback) {
        hold.roll_back();
      } else if (auto done = hold.commit(); !done) {
        failed = words(done, "commit");
      }
      break;
    case Op::Kind::lowest: (void)hold.lowest(); break;
    case Op::Kind::compact: hold.compact(20000); break;
    case Op::Kind::settle: break;
    default: failed = change(hold, store, op);
  }
  if (lsn != nullptr) *lsn = hold.lsn();
  hold.release();
  if (auto settled = store.settle(0); !settled) failed = words(settled, "settle");
  return failed;
}

Model read_model(Store& store, Hold& hold) {
  Model model;
  hold.walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
    auto content = store.content(item);
    model.items[std::string(item.key.bytes)] = {
        content ? *std::move(content) : "unreadable: " + content.error().message,
        std::string(item.tag.bytes),
        item.expires,
        item.stored,
        item.rank,
        item.own_file};
    return true;
  });
  return model;
}

std::string compare(Store& store, const std::vector<Model>& allowed, Model* found) {
  auto held = store.hold(10);
  if (!held) return words(held, "stuck");
  auto inspected = held->inspect(false);
  if (!inspected) return words(inspected, "inspect");
  if (!inspected->empty()) return "inspection: " + inspected->front();
  const Model model = read_model(store, *held);
  const bool is_allowed = std::any_of(allowed.begin(), allowed.end(),
                                      [&](const Model& each) { return each.same_as(model); });
  if (!is_allowed) {
    for (const auto& [key, item] : allowed.front().items) {
      const auto there = model.items.find(key);
      if (there == model.items.end()) return "lost or never there: " + key;
      if (there->second.value != item.value) {
        return "another value of " + key + ": " + there->second.value.substr(0, 30) + " for " +
               item.value.substr(0, 30);
      }
    }
    return "another state: " + std::to_string(model.items.size()) + " items, " +
           std::to_string(allowed.front().items.size()) + " wanted";
  }
  Reading reading;
  for (const auto& [key, item] : model.items) {
    auto there = store.read(text_key(key), reading);
    if (!there) return words(there, "read");
    if (!*there) return "a reader misses " + key;
    auto content = store.content(reading.view());
    if (!content || *content != item.value) return "a reader sees another value of " + key;
  }
  if (found != nullptr) *found = model;
  return {};
}

}  // namespace mainstay::cache::faults

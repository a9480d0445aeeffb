// view.hpp - from records to what users see.
#pragma once

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/hold.hpp"

namespace mainstay::cache::detail {

// `slot` 0: access data and rank are not known better than the record has them.
[[nodiscard]] inline View make_view(const Maps& maps, const Record& record, Word slot) {
  const Header& header = record.header();
  View view;
  view.key = {header.key_kind, header.key_form, record.key()};
  view.value = {header.value_kind, record.value()};
  view.tag = {header.tag_kind, record.tag()};
  if ((header.flags & kExpires) != 0) view.expires = header.expiry();
  view.own_file = (header.flags & kOwnFile) != 0;
  view.foreign_file = (header.flags & kForeignFile) != 0;
  if (header.has_file()) view.file = record.file();
  view.stored = header.stored;
  view.accessed = header.stored;
  view.rank = header.rank;
  if (slot != 0) {
    view.accessed = std::bit_cast<double>(load(maps.slot(slot).accessed));
    view.accesses = load(maps.slot(slot).accesses);
  }
  return view;
}

// Totals as of the last commit.
[[nodiscard]] Stats make_stats(const Core& core);

}  // namespace mainstay::cache::detail

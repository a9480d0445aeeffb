// names.cpp - see names.hpp.
#include "mainstay/profile/names.hpp"

#include <charconv>

namespace mainstay::profile {
namespace {

constexpr char kSeparator = '\0';
constexpr char kAttribute = '\x01';

FrameKind kind_of(std::string_view identifier) {
  if (identifier == kSelf) return FrameKind::self;
  if (identifier == kAwait) return FrameKind::await;
  if (identifier == kOutOfContext) return FrameKind::out_of_context;
  if (identifier == kRoot) return FrameKind::root;
  return FrameKind::code;
}

// Takes the part before the separator away from `rest`; nothing when there is no further part.
std::optional<std::string_view> next_part(std::optional<std::string_view>& rest, char separator) {
  if (!rest) return std::nullopt;
  const std::size_t end = rest->find(separator);
  const std::string_view part = rest->substr(0, end);
  if (end == std::string_view::npos) {
    rest.reset();
  } else {
    rest->remove_prefix(end + 1);
  }
  return part;
}

}  // namespace

FrameNames::FrameNames() {
  files_.emplace_back();
  file_index_.emplace(files_.back(), 0);
  self_ = identifier_of(intern(kSelf));
  root_ = identifier_of(intern(kRoot));
  await_ = intern(kAwait);
  out_of_context_ = intern(kOutOfContext);
}

FrameId FrameNames::intern(std::string_view frame) {
  if (const auto found = frame_index_.find(frame); found != frame_index_.end()) {
    return found->second;
  }
  std::optional<std::string_view> rest = frame;
  Frame made{std::string(frame), intern_identifier(*next_part(rest, kAttribute)), {}};
  if (rest != std::string_view()) {
    while (const auto attribute = next_part(rest, kAttribute)) {
      made.attributes.push_back(intern_attribute(*attribute));
    }
  }
  const auto id = static_cast<FrameId>(frames_.size());
  frames_.push_back(std::move(made));
  frame_index_.emplace(frames_.back().text, id);
  return id;
}

IdentifierId FrameNames::intern_identifier(std::string_view text) {
  if (const auto found = identifier_index_.find(text); found != identifier_index_.end()) {
    return found->second;
  }
  const auto id = static_cast<IdentifierId>(identifiers_.size());
  Identifier& made = identifiers_.emplace_back();
  made.text = text;
  made.kind = kind_of(text);
  std::optional<std::string_view> rest = made.text;
  made.function = *next_part(rest, kSeparator);
  if (const auto file = next_part(rest, kSeparator)) {
    made.has_file = true;
    made.file = *file;
    const auto known = file_index_.find(made.file);
    if (known != file_index_.end()) {
      made.file_id = known->second;
    } else {
      made.file_id = static_cast<FileId>(files_.size());
      files_.emplace_back(made.file);
      file_index_.emplace(files_.back(), made.file_id);
    }
  }
  if (const auto line = next_part(rest, kSeparator)) {
    std::int64_t number = 0;
    if (std::from_chars(line->data(), line->data() + line->size(), number).ec == std::errc()) {
      made.line = number;
    }
  }
  identifier_index_.emplace(made.text, id);
  return id;
}

AttributeId FrameNames::intern_attribute(std::string_view text) {
  if (const auto found = attribute_index_.find(text); found != attribute_index_.end()) {
    return found->second;
  }
  const auto id = static_cast<AttributeId>(attributes_.size());
  attribute_index_.emplace(attributes_.emplace_back(text), id);
  return id;
}

}  // namespace mainstay::profile

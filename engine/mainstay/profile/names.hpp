// names.hpp - the texts of frames, each kept once, and what they say.
//
// A frame's text is `function NUL file NUL line`, its identifier, and then attributes, each a \x01
// before it: a marker and a value ("cWorker" a class, "l12" a line, "h1" hidden). Numbers stand for
// texts; they count from 0 and stay valid as long as the object. Texts are bytes: UTF-8, or what
// the caller has. Not for several threads at once.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mainstay::profile {

using FrameId = std::uint32_t;
using IdentifierId = std::uint32_t;
using AttributeId = std::uint32_t;
using FileId = std::uint32_t;

enum class FrameKind : std::uint8_t { code, await, self, out_of_context, root };

inline constexpr std::string_view kAwait = "[await]";
inline constexpr std::string_view kSelf = "[self]";
inline constexpr std::string_view kOutOfContext = "[out-of-context]";
inline constexpr std::string_view kRoot = "[root]";

struct Identifier {
  std::string text;
  std::string_view function;  // of `text`, as `file`
  std::string_view file;
  bool has_file = false;
  std::optional<std::int64_t> line;
  FileId file_id = 0;
  FrameKind kind = FrameKind::code;

  // Holds time of its own and has no children.
  [[nodiscard]] bool is_leaf() const noexcept {
    return kind != FrameKind::code && kind != FrameKind::root;
  }
  [[nodiscard]] bool is_synthetic() const noexcept { return kind != FrameKind::code; }
};

class FrameNames {
 public:
  FrameNames();
  FrameNames(const FrameNames&) = delete;
  FrameNames& operator=(const FrameNames&) = delete;

  // The number of a frame's text; the same for the same text.
  FrameId intern(std::string_view frame);

  [[nodiscard]] std::size_t frames() const noexcept { return frames_.size(); }
  [[nodiscard]] const std::string& text(FrameId frame) const { return frames_[frame].text; }
  [[nodiscard]] IdentifierId identifier_of(FrameId frame) const {
    return frames_[frame].identifier;
  }
  [[nodiscard]] std::span<const AttributeId> attributes_of(FrameId frame) const {
    return frames_[frame].attributes;
  }

  [[nodiscard]] std::size_t identifiers() const noexcept { return identifiers_.size(); }
  [[nodiscard]] const Identifier& identifier(IdentifierId id) const { return identifiers_[id]; }
  [[nodiscard]] const std::string& attribute(AttributeId id) const { return attributes_[id]; }

  // Files by number; 0 is that of frames that have none, and empty.
  [[nodiscard]] std::size_t files() const noexcept { return files_.size(); }
  [[nodiscard]] std::string_view file(FileId id) const { return files_[id]; }

  [[nodiscard]] FrameId await() const noexcept { return await_; }
  [[nodiscard]] FrameId out_of_context() const noexcept { return out_of_context_; }
  [[nodiscard]] IdentifierId self() const noexcept { return self_; }
  [[nodiscard]] IdentifierId root() const noexcept { return root_; }

 private:
  struct Frame {
    std::string text;
    IdentifierId identifier = 0;
    std::vector<AttributeId> attributes;
  };
  using Index = std::unordered_map<std::string_view, std::uint32_t>;

  IdentifierId intern_identifier(std::string_view text);
  AttributeId intern_attribute(std::string_view text);

  // Deques: views into their texts stay valid.
  std::deque<Frame> frames_;
  std::deque<Identifier> identifiers_;
  std::deque<std::string> attributes_;
  std::deque<std::string> files_;
  Index frame_index_, identifier_index_, attribute_index_, file_index_;
  FrameId await_ = 0, out_of_context_ = 0;
  IdentifierId self_ = 0, root_ = 0;
};

}  // namespace mainstay::profile

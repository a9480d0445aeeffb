// json_reader.hpp - JSON as tokens.
//
// Reads RFC 8259 in UTF-8 from bytes that outlive it; checks each byte it passes. Does not recurse:
// who asks for the parts of arrays and objects limits their depth. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mainstay/codec/token.hpp"

namespace mainstay::codec {

// The fault of a map in which something else stands where a name has to be.
inline constexpr const char* kNameWanted = "object keys must be strings";

class JsonReader {
 public:
  // Counts out an array or a map.
  struct Items {
    bool first = true;
  };

  explicit JsonReader(std::string_view input) noexcept
      : begin_(input.data()), at_(begin_), end_(begin_ + input.size()) {}

  // False: fault() says why. A text without escapes is a part of the input, any other one is in a
  // buffer that the next text overwrites.
  [[nodiscard]] bool next(Token& token);

  [[nodiscard]] static Items enter(const Token&) noexcept { return {}; }
  // Before each item of an array.
  [[nodiscard]] Step item(Items& items) noexcept;
  // Before each pair of a map: reads its name, a text, and the colon.
  [[nodiscard]] Step key(Items& items, Token& name);

  // Reads over one value of any depth, up to `depth` levels.
  [[nodiscard]] bool skip(std::size_t depth);

  // For those that limit the depth themselves: the fault of skip(). Always false.
  bool refuse_depth() noexcept { return fail("nested too deeply"); }

  // Whether nothing but white space is left.
  [[nodiscard]] bool finish() noexcept;

  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
  [[nodiscard]] std::size_t position() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }
  // The text that was read last, a value or a name, as it stands in the input with its quotation
  // marks.
  [[nodiscard]] std::string_view spelling() const noexcept { return spelling_; }
  void rewind(std::size_t position) noexcept { at_ = begin_ + position; }
  [[nodiscard]] std::string_view slice(std::size_t from) const noexcept {
    return {begin_ + from, static_cast<std::size_t>(at_ - begin_) - from};
  }
  // Over white space; false at the end of the input.
  bool skip_space() noexcept;
  // Over white space to the next line; false when something else stands in this one.
  [[nodiscard]] bool skip_to_line() noexcept;
  [[nodiscard]] char peek() const noexcept { return at_ == end_ ? '\0' : *at_; }

 private:
  bool fail(const char* what) noexcept;
  bool fail_truncated() noexcept;
  bool word(std::string_view wanted) noexcept;
  [[nodiscard]] bool text(Token& token);
  [[nodiscard]] bool long_text(Token& token, const char* from);
  [[nodiscard]] bool escape();
  [[nodiscard]] bool code_unit(unsigned& unit) noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
  Fault fault_;
  std::string scratch_;
  std::string_view spelling_;
};

}  // namespace mainstay::codec

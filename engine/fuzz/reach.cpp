// reach.cpp - bytes as paths and specs, used on a document that is made of bytes as well: reading
// changes nothing, what was assigned is read back, what was erased is gone.
#include "mainstay/reach/reach.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "target.hpp"

namespace {

using namespace mainstay;
using namespace mainstay::reach;
using mainstay::fuzz::Bytes;

std::string name(Bytes& bytes) { return {static_cast<char>('a' + bytes.byte() % 4)}; }

Value document(Bytes& bytes, int depth) {
  const std::uint8_t kind = bytes.byte();
  switch (kind % (depth > 0 ? 6 : 4)) {
    case 0: return {};
    case 1: return kind >= 128;
    case 2: return static_cast<int>(kind / 32);
    case 3: return std::string(kind / 100, 'a');
    case 4: {
      Object members;
      for (int n = kind / 50; n > 0; --n) {
        const std::string key = name(bytes);
        members[key] = document(bytes, depth - 1);
      }
      return members;
    }
    default: {
      Array items;
      for (int n = kind / 50; n > 0; --n) items.push_back(document(bytes, depth - 1));
      return items;
    }
  }
}

std::vector<Spec> specs(Bytes& bytes, int depth);
std::vector<FieldSpec> members(Bytes& bytes, int depth);

Spec spec(Bytes& bytes, int depth) {
  const std::uint8_t kind = bytes.byte();
  switch (kind % (depth > 0 ? 14 : 4)) {
    case 0: return path(bytes.line());
    case 1: return constant(document(bytes, 1));
    case 2: return is(static_cast<Value::Kind>(bytes.byte() % 7));
    case 3: return equals(document(bytes, 1));
    case 4: return each(spec(bytes, depth - 1));
    case 5: return object(members(bytes, depth - 1));
    case 6: return chain(specs(bytes, depth - 1));
    case 7: return first_of(specs(bytes, depth - 1));
    case 8: return fields(members(bytes, depth - 1));
    case 9: return items(specs(bytes, depth - 1));
    case 10: return all_of(specs(bytes, depth - 1));
    case 11: return any_of(specs(bytes, depth - 1));
    case 12:
      return satisfies([kind](const Value& value) { return value.is_null() == (kind > 99); });
    default: return spec(bytes, depth - 1).or_else(document(bytes, 1));
  }
}

std::vector<Spec> specs(Bytes& bytes, int depth) {
  std::vector<Spec> made;
  for (int n = bytes.byte() % 4; n > 0; --n) made.push_back(spec(bytes, depth));
  return made;
}

std::vector<FieldSpec> members(Bytes& bytes, int depth) {
  std::vector<FieldSpec> made;
  for (int n = bytes.byte() % 4; n > 0; --n) {
    const std::string key = name(bytes);
    made.push_back({key, spec(bytes, depth), bytes.byte() % 2 == 0});
  }
  return made;
}

void is_said(const Error& error) {
  MAINSTAY_HOLDS(!error.message.empty() && error.system_number == 0);
  MAINSTAY_HOLDS(error.code == ErrorCode::not_found || error.code == ErrorCode::invalid_argument ||
                 error.code == ErrorCode::limit_exceeded);
}

void try_path(std::string_view text, const Value& before, const Value& value, bool lenient) {
  const auto found = get(before, text);
  if (!found) is_said(found.error());
  const bool one = text.find('*') == std::string_view::npos;

  Value target = before;
  const auto assigned = assign(target, text, value, lenient);
  if (!assigned) is_said(assigned.error());
  if (one && !assigned) MAINSTAY_HOLDS(target == before);
  if (one && assigned) {
    const auto read = get(target, text);
    MAINSTAY_HOLDS(read && *read == value);
  }
  if (one && found && !text.empty()) MAINSTAY_HOLDS(assigned);

  target = before;
  const auto erased = erase(target, text, lenient);
  if (!erased) is_said(erased.error());
  if (one) MAINSTAY_HOLDS((target == before) == (!erased || !found));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const std::uint8_t kind = bytes.byte();
  if (kind % 2 == 0) {
    const std::string_view text = bytes.line();
    const Value target = document(bytes, 5);
    try_path(text, target, document(bytes, 1), kind >= 128);
  } else {
    const Spec made = spec(bytes, 5);
    const Value target = document(bytes, 5);
    const Value before = target;
    const auto found = get(target, made);
    if (!found) is_said(found.error());
    MAINSTAY_HOLDS(target == before);
  }
  return 0;
}

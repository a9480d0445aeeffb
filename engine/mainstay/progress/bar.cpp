// bar.cpp - see bar.hpp.
#include "mainstay/progress/bar.hpp"

#include <unistd.h>

#include <cerrno>

#include "mainstay/progress/width.hpp"

namespace mainstay::progress {

Sink to_descriptor(int descriptor) {
  return [descriptor](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

Bar::Bar(BarOptions options, Sink sink, Clock clock)
    : options_(std::move(options)),
      sink_(std::move(sink)),
      clock_(std::move(clock)),
      colour_(colour_sequence(options_.colour)),
      counted_(options_.pace.smoothing),
      spent_(options_.pace.smoothing),
      distance_(options_.pace.smoothing) {
  counter_.mininterval = Count(options_.pace.mininterval);
  counter_.start_t = counter_.printed_t = Count(clock_());
  draw();
}

bool Bar::add(Count step) {
  if (is_closed_ || !counter_.add(step) || !counter_.wants_clock()) return false;
  const double now = clock_();
  if (!counter_.is_due(now)) return false;
  const double spent = now - counter_.printed_t.number();
  const double counted = counter_.n.number() - counter_.printed_n.number();
  if (options_.pace.smoothing != 0 && spent != 0 && counted != 0) {
    counted_.add(counted);
    spent_.add(spent);
  }
  draw();
  counter_.miniters =
      Count(options_.pace.next(counted, spent, distance_, counter_.miniters.number()));
  counter_.printed_n = counter_.n;
  counter_.printed_t = Count(now);
  return true;
}

void Bar::draw() {
  Meter meter{.n = counter_.n,
              .total = options_.total,
              .elapsed = clock_() - counter_.start_t.number(),
              .prefix = options_.description,
              .unit = options_.unit,
              .postfix = postfix_,
              .scaled = options_.scaled,
              .divisor = options_.divisor,
              .colour = colour_,
              .columns = options_.columns};
  if (const double seconds = spent_.average(); seconds != 0 && !is_closed_) {
    meter.rate = counted_.average() / seconds;
  }
  const auto line = meter_text(meter, options_.layout ? &*options_.layout : nullptr);
  if (line) show(*line);
}

void Bar::show(std::string_view line) {
  std::string bytes = "\r";
  bytes += line;
  const std::size_t columns = display_width(line);
  if (columns < shown_) bytes.append(shown_ - columns, ' ');
  shown_ = columns;
  sink_(bytes);
}

void Bar::close() {
  if (is_closed_) return;
  is_closed_ = true;
  if (options_.leave) {
    draw();
    sink_("\n");
  } else {
    show({});
    sink_("\r");
  }
}

}  // namespace mainstay::progress

// schedule.cpp - when the backups of an office run: a cron expression beside a clock change, an
// interval in a window of hours, and a heap of timers. The engine knows no clock; the program has
// one.
//
// prints: Sun 02:30.*Mon 02:30.*next office run: Mon 08:00.*0 0 30 2 .* never comes
#include <cstdio>
#include <ctime>
#include <string>

#include <mainstay/schedule/schedule.hpp>

namespace schedule = mainstay::schedule;
using namespace std::chrono_literals;

std::string shown(schedule::Wall wall) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wall).time_since_epoch().count();
  const std::time_t time{seconds};
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%a %H:%M", &parts);
  return text;
}

struct Backup {
  std::string name;
  std::size_t place = 0;  // the heap's
};

int main() {
  // Saturday before clocks go back in Berlin: 2:30 on Sunday is shown twice, and backs up once.
  const auto berlin = *schedule::YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3");
  const schedule::Instant now{std::chrono::sys_days{std::chrono::year{2023} / 10 / 28} + 20h};

  // README: begin
  const auto nightly = schedule::Cron::parse("30 2 * * *");
  auto next = nightly->next(berlin, now);
  for (int i = 0; i < 2; ++i) {
    std::printf("%s\n", shown(schedule::wall_at(berlin, *next)).c_str());
    next = nightly->next(berlin, *next);
  }
  // README: end

  schedule::Window office;
  office.days.weekdays = 0b11111;  // Monday to Friday
  office.opens = 8h;
  office.closes = 18h;
  const schedule::Rule rule{.unit = schedule::Unit::minutes, .window = &office};
  const auto in_office = schedule::next_run(rule, berlin, 20min, now, now);

  Backup mail{"mail"};
  Backup files{"office run"};
  schedule::TimerHeap<Backup, &Backup::place> timers;
  timers.insert(mail, *next + 24h);
  timers.insert(files, *in_office);
  std::printf("next %s: %s\n", timers.top().item->name.c_str(),
              shown(schedule::wall_at(berlin, timers.top().when)).c_str());

  // What comes from a file is refused in words.
  const auto never = schedule::Cron::parse("0 0 30 2 *");
  std::printf("%s\n", never.error().message.c_str());
}

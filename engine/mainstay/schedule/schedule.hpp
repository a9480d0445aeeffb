// schedule.hpp - when things should run: calendars and time zones, cron expressions, intervals with
// windows, and a heap of timers. The engine reads no clock, starts no thread and runs nothing.
#pragma once

#include "mainstay/schedule/calendar.hpp"
#include "mainstay/schedule/clock_text.hpp"
#include "mainstay/schedule/cron.hpp"
#include "mainstay/schedule/rule.hpp"
#include "mainstay/schedule/timer_heap.hpp"
#include "mainstay/schedule/zone.hpp"

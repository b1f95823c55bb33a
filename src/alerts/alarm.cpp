#include "alerts/alarm.hpp"

#include "stop.h"

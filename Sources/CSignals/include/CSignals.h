#include "guard.h"
#include "memory.h"
#include "stop.h"

// Files that are in memory alone.
#ifndef LOCUS_MEMORY_H
#define LOCUS_MEMORY_H

/// Opens a new and empty file that is in memory and has no name, for reading and writing; −1, with errno, where that is
/// not possible. It is gone when nobody has it open or mapped any more, and programs that this one starts do not get
/// it. The system shows `name` in lists of open files.
int locus_memory_file(const char *name);

#endif

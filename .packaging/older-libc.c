// Functions of the C library that older ones have in another form, by that form: with these a program that is linked
// here runs with C libraries back to 2.28. What they have in the same form, under an older version, needs no more than
// a jump there; glibc.py writes these.
#include <stddef.h>

// Until 2.33 those of files took the version of their structure, 1 on x86-64.
struct stat;
int old_stat(int version, const char *path, struct stat *status);
int old_lstat(int version, const char *path, struct stat *status);
int old_fstat(int version, int descriptor, struct stat *status);
int old_fstatat(int version, int folder, const char *path, struct stat *status, int flags);
__asm__(".symver old_stat, __xstat@GLIBC_2.2.5");
__asm__(".symver old_lstat, __lxstat@GLIBC_2.2.5");
__asm__(".symver old_fstat, __fxstat@GLIBC_2.2.5");
__asm__(".symver old_fstatat, __fxstatat@GLIBC_2.4");

// Until 2.34 a program brought the loop that calls its own constructors.
typedef int main_function(int count, char **arguments, char **environment);
typedef void initializer(int count, char **arguments, char **environment);
int old_start(
    main_function *main, int count, char **arguments, initializer *initialize, void (*finish)(void),
    void (*finish_loader)(void), void *stack_end);
__asm__(".symver old_start, __libc_start_main@GLIBC_2.2.5");

long getrandom(void *buffer, size_t count, unsigned flags);

// What follows is for the program alone: libraries must find what the machine has.
#pragma GCC visibility push(hidden)

int stat(const char *path, struct stat *status) { return old_stat(1, path, status); }
int lstat(const char *path, struct stat *status) { return old_lstat(1, path, status); }
int fstat(int descriptor, struct stat *status) { return old_fstat(1, descriptor, status); }
int fstat64(int descriptor, struct stat *status) { return old_fstat(1, descriptor, status); }
int fstatat(int folder, const char *path, struct stat *status, int flags) {
  return old_fstatat(1, folder, path, status, flags);
}

// What the C++ library asks for since 2.32 and 2.36: whether there is one thread alone (no is always right), and
// numbers that nobody can guess.
char __libc_single_threaded = 0;

unsigned arc4random(void) {
  unsigned number = 0;
  while (getrandom(&number, sizeof number, 0) != sizeof number) {}
  return number;
}

// Since 2.29 a process can begin in another folder. Nobody here starts one so; whoever did would be told that it cannot
// be done (ENOSYS).
int posix_spawn_file_actions_addchdir_np(void *actions, const char *path) { return (void)actions, (void)path, 38; }

extern initializer *const __init_array_start[], *const __init_array_end[];
void _init(void);

static void initialize(int count, char **arguments, char **environment) {
  _init();
  for (initializer *const *next = __init_array_start; next < __init_array_end; next++) {
    (*next)(count, arguments, environment);
  }
}

int __libc_start_main(
    main_function *main, int count, char **arguments, initializer *none, void (*finish)(void),
    void (*finish_loader)(void), void *stack_end) {
  (void)none;
  return old_start(main, count, arguments, initialize, finish, finish_loader, stack_end);
}

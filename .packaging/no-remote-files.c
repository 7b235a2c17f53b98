// Debian's HDF5 can read files from S3, by libcurl and libcrypto, which need some forty libraries more. Locus never
// asks for that. A release archive has these functions in their place: whoever called one would be told that it failed.
#include <stddef.h>

// For HDF5 alone: a library that MPI loads must find its own.
#pragma GCC visibility push(hidden)

int curl_global_init(long flags) { return (void)flags, 2; }
void curl_global_cleanup(void) {}
void *curl_easy_init(void) { return NULL; }
void curl_easy_cleanup(void *handle) { (void)handle; }
int curl_easy_perform(void *handle) { return (void)handle, 2; }
int curl_easy_setopt(void *handle, int option, ...) { return (void)handle, (void)option, 2; }
void *curl_slist_append(void *list, const char *text) { return (void)list, (void)text, NULL; }
void curl_slist_free_all(void *list) { (void)list; }

const void *EVP_sha256(void) { return NULL; }
unsigned char *HMAC(
    const void *method, const void *key, int key_count, const unsigned char *data, size_t count, unsigned char *code,
    unsigned int *code_count) {
  return (void)method, (void)key, (void)key_count, (void)data, (void)count, (void)code, (void)code_count, NULL;
}
unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *code) {
  return (void)data, (void)count, (void)code, NULL;
}

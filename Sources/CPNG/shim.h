#ifndef LOCUS_CPNG_SHIM_H
#define LOCUS_CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

// A file in memory that is read from the front.
typedef struct {
  const unsigned char *bytes;
  size_t count, taken;
  char problem[128];  // the library's words for what is wrong
} png_memory_file;

// What a file says of its picture.
typedef struct {
  uint32_t width, height;
  int bit_depth;   // bits of a number
  int is_colored;  // whether a pixel has three numbers, or one that stands for three
} png_memory_header;

static inline void png_memory_take(png_structp png, png_bytep target, size_t count) {
  png_memory_file *file = (png_memory_file *)png_get_io_ptr(png);
  if (count > file->count - file->taken) png_error(png, "the file ends too early");
  memcpy(target, file->bytes + file->taken, count);
  file->taken += count;
}

static inline void png_memory_fail(png_structp png, png_const_charp problem) {
  png_memory_file *file = (png_memory_file *)png_get_error_ptr(png);
  strncpy(file->problem, problem, sizeof file->problem - 1);
  png_longjmp(png, 1);
}

static inline void png_memory_warn(png_structp png, png_const_charp problem) {
  (void)png;
  (void)problem;
}

// Reads the header of a file and, unless `pixels` is NULL, its picture, a byte for each of `channels`, 1 or 3, row
// after row: `pixels` has room for height · width · channels. Shades of grey become colours where 3 channels are
// wanted; transparency is left out, and numbers stay as they are whatever the file says of gamma. Returns 1, or 0 with
// a problem.
static inline int png_memory_read(
    png_memory_file *file, png_memory_header *header, int channels, unsigned char *pixels) {
  file->taken = 0;
  memset(file->problem, 0, sizeof file->problem);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, file, png_memory_fail, png_memory_warn);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, file, png_memory_take);
  png_read_info(png, info);
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bit_depth = png_get_bit_depth(png, info);
  header->is_colored = (png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) != 0;
  if (pixels) {
    const size_t row_bytes = (size_t)header->width * (size_t)channels;
    if (header->bit_depth == 16) png_error(png, "its numbers have 16 bits");
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (!header->is_colored) png_set_expand_gray_1_2_4_to_8(png);
    if (!header->is_colored && channels == 3) png_set_gray_to_rgb(png);
    png_set_strip_alpha(png);
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "it has another number of channels");
    for (int pass = 0; pass < passes; ++pass) {
      for (uint32_t row = 0; row < header->height; ++row) png_read_row(png, pixels + row * row_bytes, NULL);
    }
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

#endif

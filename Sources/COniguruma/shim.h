#ifndef LOCUS_CONIGURUMA_SHIM_H
#define LOCUS_CONIGURUMA_SHIM_H

#include <oniguruma.h>

// To be called once before anything else; 0 if all is well.
static inline int oniguruma_start(void) {
  OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
  return onig_initialize(encodings, 1);
}

// Compiles an expression in UTF-8 with the library's own syntax, the one of Hugging Face tokenizers.
static inline int oniguruma_compile(
    OnigRegex *expression, const unsigned char *text, const unsigned char *end, OnigErrorInfo *information) {
  return onig_new(
      expression, text, end, ONIG_OPTION_NONE, ONIG_ENCODING_UTF8, ONIG_SYNTAX_DEFAULT, information);
}

// Limits of one search: how many frames its stack holds, and how often it may go back.
static inline OnigMatchParam *oniguruma_limits(unsigned int frames, unsigned long retries) {
  OnigMatchParam *limits = onig_new_match_param();
  if (limits == 0) return 0;
  onig_initialize_match_param(limits);
  onig_set_match_stack_limit_size_of_match_param(limits, frames);
  onig_set_retry_limit_in_match_of_match_param(limits, retries);
  onig_set_retry_limit_in_search_of_match_param(limits, retries);
  return limits;
}

// Writes the sentence for an error code into `text`, which holds ONIG_MAX_ERROR_MESSAGE_LEN bytes; returns its length.
static inline int oniguruma_message(unsigned char *text, int code, OnigErrorInfo *information) {
  return information != 0 ? onig_error_code_to_str(text, code, information) : onig_error_code_to_str(text, code);
}

// The number by which the library knows a Unicode property, negative if it does not know it.
static inline int oniguruma_property(const unsigned char *name, const unsigned char *end) {
  return ONIG_ENCODING_UTF8->property_name_to_ctype(
      ONIG_ENCODING_UTF8, (unsigned char *)name, (unsigned char *)end);
}

static inline int oniguruma_has_property(unsigned int character, int property) {
  return ONIG_ENCODING_UTF8->is_code_ctype(character, (OnigCtype)property);
}

#endif

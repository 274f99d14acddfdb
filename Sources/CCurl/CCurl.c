#include "CCurl.h"

#include <dlfcn.h>
#include <stdio.h>

// Each function of libcurl that is called, with its type.
#define FUNCTIONS(F)                                                            \
  F(CURLcode, curl_global_init, (long))                                         \
  F(CURL *, curl_easy_init, (void))                                             \
  F(void, curl_easy_cleanup, (CURL *))                                          \
  F(const char *, curl_easy_strerror, (CURLcode))                               \
  F(CURLcode, curl_easy_setopt, (CURL *, CURLoption, ...))                      \
  F(CURLcode, curl_easy_getinfo, (CURL *, CURLINFO, ...))                       \
  F(struct curl_slist *, curl_slist_append, (struct curl_slist *, const char *)) \
  F(void, curl_slist_free_all, (struct curl_slist *))                           \
  F(CURLM *, curl_multi_init, (void))                                           \
  F(CURLMcode, curl_multi_cleanup, (CURLM *))                                   \
  F(CURLMcode, curl_multi_add_handle, (CURLM *, CURL *))                        \
  F(CURLMcode, curl_multi_remove_handle, (CURLM *, CURL *))                     \
  F(CURLMcode, curl_multi_perform, (CURLM *, int *))                            \
  F(CURLMcode, curl_multi_poll, (CURLM *, struct curl_waitfd[], unsigned, int, int *)) \
  F(CURLMsg *, curl_multi_info_read, (CURLM *, int *))

#define MEMBER(result, name, parameters) result(*name) parameters;
static struct {
  int isLoaded;
  FUNCTIONS(MEMBER)
} library;

const char *ccurl_load(void) {
  if (library.isLoaded) return NULL;
  // The second is Debian's build with GnuTLS; the interface is the same.
  void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    // The next call of the linker frees its text.
    static char problem[512];
    const char *text = dlerror();
    snprintf(problem, sizeof problem, "%s", text ? text : "libcurl.so.4 is missing");
    handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return problem;
  }
#define RESOLVE(result, name, parameters)              \
  *(void **)&library.name = dlsym(handle, #name);      \
  if (!library.name) {                                 \
    dlclose(handle);                                   \
    return "it has no " #name ", which came with 7.66"; \
  }
  FUNCTIONS(RESOLVE)
  if (library.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return "it does not start";
  library.isLoaded = 1;
  return NULL;
}

CURL *ccurl_easy_init(void) { return library.curl_easy_init(); }
void ccurl_easy_cleanup(CURL *handle) { library.curl_easy_cleanup(handle); }
const char *ccurl_easy_strerror(CURLcode code) { return library.curl_easy_strerror(code); }

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_callback(CURL *handle, CURLoption option, ccurl_callback value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_allow_http_only(CURL *handle) {
  // CURLOPT_PROTOCOLS_STR, its successor, came with 7.85, which is too new for some.
  return library.curl_easy_setopt(
      handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

long ccurl_long(CURL *handle, CURLINFO info) {
  long value = 0;
  return library.curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
curl_off_t ccurl_offset(CURL *handle, CURLINFO info) {
  curl_off_t value = 0;
  return library.curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
const char *ccurl_text(CURL *handle, CURLINFO info) {
  char *value = NULL;
  return library.curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text) {
  return library.curl_slist_append(list, text);
}
void ccurl_slist_free_all(struct curl_slist *list) { library.curl_slist_free_all(list); }

CURLM *ccurl_multi_init(void) { return library.curl_multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { library.curl_multi_cleanup(multi); }
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle) {
  return library.curl_multi_add_handle(multi, handle);
}
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle) {
  return library.curl_multi_remove_handle(multi, handle);
}
CURLMcode ccurl_multi_perform(CURLM *multi, int *running) {
  return library.curl_multi_perform(multi, running);
}
CURLMcode ccurl_multi_poll(CURLM *multi, int descriptor, int milliseconds) {
  struct curl_waitfd extra = {.fd = descriptor, .events = CURL_WAIT_POLLIN};
  return library.curl_multi_poll(multi, &extra, descriptor < 0 ? 0 : 1, milliseconds, NULL);
}
CURL *ccurl_multi_done(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = library.curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

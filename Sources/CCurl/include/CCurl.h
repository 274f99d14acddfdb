// libcurl, loaded when a URL is first fetched.
//
// If it were linked, libcurl and the thirty libraries that it depends on would be
// loaded at each start of heapscope, which takes longer than most reports. So
// ccurl_load() loads it, and the other functions call what was loaded. Their names
// and meanings are libcurl's own.
#ifndef HEAPSCOPE_CCURL_H
#define HEAPSCOPE_CCURL_H

// The checks of <curl/curl.h> are macros around functions that are not used here.
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
#include <stddef.h>

/// Loads libcurl and initialises it, the first time it is called. Not thread-safe.
/// Returns NULL, or why it cannot be loaded, in the dynamic linker's words.
const char *ccurl_load(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
const char *ccurl_easy_strerror(CURLcode code);

// curl_easy_setopt, once for each kind of value that it takes.
typedef size_t (*ccurl_callback)(char *bytes, size_t size, size_t count, void *context);
CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_callback(CURL *handle, CURLoption option, ccurl_callback value);
/// Restricts the handle to HTTP and HTTPS.
CURLcode ccurl_allow_http_only(CURL *handle);

// curl_easy_getinfo; 0 or NULL when unknown.
long ccurl_long(CURL *handle, CURLINFO info);
curl_off_t ccurl_offset(CURL *handle, CURLINFO info);
const char *ccurl_text(CURL *handle, CURLINFO info);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text);
void ccurl_slist_free_all(struct curl_slist *list);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_perform(CURLM *multi, int *running);
/// Waits for the transfers, and for a descriptor to become readable unless it is -1.
CURLMcode ccurl_multi_poll(CURLM *multi, int descriptor, int milliseconds);
/// Returns the next handle that is done and its result, or NULL.
CURL *ccurl_multi_done(CURLM *multi, CURLcode *result);

#endif

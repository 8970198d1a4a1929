/* Extism's ABI, and Switchboard's part of it: what a plugin imports. Handles are places in the host's memory, not in the plugin's. */

#ifndef SWITCHBOARD_HOST_H
#define SWITCHBOARD_HOST_H

#include <stdint.h>

#define SB_ENV(name) __attribute__((import_module("extism:host/env"), import_name(#name)))
#define SB_USER(name) __attribute__((import_module("extism:host/user"), import_name(#name)))

typedef int64_t sb_handle;

SB_ENV(alloc) sb_handle host_alloc(int64_t bytes);
SB_ENV(length) int64_t host_length(sb_handle block);
SB_ENV(load_u8) int32_t host_load_u8(int64_t at);
SB_ENV(load_u64) int64_t host_load_u64(int64_t at);
SB_ENV(store_u8) void host_store_u8(int64_t at, int32_t byte);
SB_ENV(store_u64) void host_store_u64(int64_t at, int64_t bytes);
SB_ENV(input_length) int64_t host_input_length(void);
SB_ENV(input_load_u8) int32_t host_input_load_u8(int64_t at);
SB_ENV(input_load_u64) int64_t host_input_load_u64(int64_t at);
SB_ENV(output_set) void host_output_set(sb_handle block, int64_t bytes);
SB_ENV(error_set) void host_error_set(sb_handle block);
SB_ENV(config_get) sb_handle host_config_get(sb_handle key);
SB_ENV(var_get) sb_handle host_var_get(sb_handle key);
SB_ENV(var_set) void host_var_set(sb_handle key, sb_handle value);
SB_ENV(log_debug) void host_log_debug(sb_handle text);
SB_ENV(log_info) void host_log_info(sb_handle text);
SB_ENV(log_warn) void host_log_warn(sb_handle text);
SB_ENV(log_error) void host_log_error(sb_handle text);

SB_USER(send_message) int64_t host_send_message(sb_handle json);
SB_USER(set_status) int64_t host_set_status(sb_handle text);
SB_USER(play_clip) int64_t host_play_clip(sb_handle samples);
SB_USER(http_fetch) int64_t host_http_fetch(sb_handle json);
SB_USER(members) sb_handle host_members(void);
SB_USER(speaker) int64_t host_speaker(void);

#endif

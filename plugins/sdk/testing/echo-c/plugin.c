/* For the tests of the SDK: reads JSON and writes it again, and calls every function of the host. */

#include "switchboard.h"

static sb_text quoted(sb_text text) {
  sb_writer array = sb_array();
  sb_add_text(&array, text);
  sb_text json = sb_end(&array);
  return (sb_text){json.data + 1, json.length - 2};
}

static sb_text written(sb_json value) {
  switch (sb_kind_of(value)) {
    case SB_NOTHING: return SB("no JSON");
    case SB_NULL: return SB("null");
    case SB_BOOL: return sb_bool_of(value) ? SB("true") : SB("false");
    case SB_NUMBER: return sb_number_text(sb_number_of(value));
    case SB_TEXT: return quoted(sb_text_of(value));
    case SB_ARRAY: {
      sb_writer array = sb_array();
      for (sb_json at = sb_first(value); sb_kind_of(at) != SB_NOTHING; at = sb_next(at))
        sb_add_json(&array, written(at));
      return sb_end(&array);
    }
    case SB_OBJECT: {
      sb_text json = SB("{");
      for (sb_json at = sb_first(value); sb_kind_of(at) != SB_NOTHING; at = sb_next(at))
        json = sb_join(5, json, json.length > 1 ? SB(",") : SB(""), quoted(sb_name(at)), SB(":"), written(at));
      return sb_join(2, json, SB("}"));
    }
  }
}

static sb_text answered(int64_t result) { return sb_number_text((double)result); }

static sb_text use_host(void) {
  static const int16_t clip[] = {-32768, 0, 32767};
  sb_log_debug(SB("debug"));
  sb_log_info(SB("info 😀"));
  sb_log_warn(SB("warn"));
  sb_log_error(SB("error"));
  sb_store(SB("kept"), SB("Grüße 😀"));
  sb_store(SB("gone"), SB("x"));
  sb_store(SB("gone"), SB(""));
  sb_text request = SB("{\"method\":\"GET\",\"url\":\"https://example.org/ü\",\"headers\":{\"accept\":\"text/plain\"}}");
  sb_text head = sb_join(9, sb_config("word"), SB("|"), sb_config_bool("flag") ? SB("yes") : SB("no"), SB("|"),
                         sb_config("half"), SB("|"), sb_stored(SB("kept")), SB("|["), sb_stored(SB("gone")));
  sb_text sent = answered(sb_send_message(SB("message \"😀\""), SB("")));
  sb_text set = answered(sb_set_status(SB("status")));
  sb_text played = answered(sb_play_clip(clip, 3));
  sb_text fetched = answered(sb_fetch(request));
  sb_json first = sb_first(sb_get(sb_members(), "members"));
  sb_text name = sb_join(2, sb_text_of(sb_get(first, "nickname")), sb_bool_of(sb_get(first, "muted")) ? SB(" muted") : SB(""));
  return sb_join(11, head, SB("]|"), sent, SB("|"), set, SB("|"), played, SB("|"), fetched, SB("|"), name);
}

SB_HOOK(on_command) {
  sb_json event = sb_event();
  sb_text args = sb_text_of(sb_get(event, "args"));
  if (sb_equal(args, SB("fail"))) return sb_fail(SB("It went wrong: 😀"));
  sb_writer answer = sb_object();
  sb_put_text(&answer, "reply",
              sb_equal(args, SB("host"))     ? use_host()
              : sb_equal(args, SB("chance")) ? sb_number_text(sb_random())
                                             : written(sb_parse(args)));
  return sb_answer(&answer);
}

SB_HOOK(on_message) {
  sb_json message = sb_get(sb_event(), "message");
  sb_json code = sb_get(message, "code");
  sb_text place = SB("text");
  if (sb_exists(code))
    place = sb_join(7, sb_text_of(sb_get(code, "language")), SB(" "), sb_text_of(sb_get(code, "path")), SB(" "),
                    sb_number_text(sb_number_of(sb_get(code, "startLine"))), SB("-"),
                    sb_number_text(sb_number_of(sb_get(code, "endLine"))));
  sb_text head = sb_join(6, sb_text_of(sb_get(message, "id")), SB(" "), sb_text_of(sb_get(message, "author.nickname")), SB(" "),
                         sb_bool_of(sb_get(message, "author.self")) ? SB("true") : SB("false"), SB(" "));
  return sb_act("annotate", "note", sb_join(6, head, sb_number_text(sb_number_of(sb_get(message, "createdAt"))), SB(" "), place,
                                            SB(": "), sb_text_of(sb_get(message, "text"))));
}

/* A queue is kept under its room's id, as JSON: [["member id", "nickname"], …]. An empty one is not kept. */

#include "queue.h"

queue *queue_of(sb_text room_id) {
  queue *read = sb_take(sizeof(queue));
  read->room_id = room_id;
  sb_json stored = sb_parse(sb_stored(room_id));
  for (sb_json at = sb_first(stored); at.data != NULL && read->count < LONGEST_QUEUE; at = sb_next(at)) {
    sb_json member_id = sb_first(at);
    read->people[read->count++] = (waiting){sb_text_of(member_id), sb_text_of(sb_next(member_id))};
  }
  return read;
}

void queue_store(const queue *of_room) {
  if (of_room->count == 0) {
    sb_store(of_room->room_id, SB(""));
    return;
  }
  sb_writer people = sb_array();
  for (int i = 0; i < of_room->count; i++) {
    sb_writer person = sb_array();
    sb_add_text(&person, of_room->people[i].member_id);
    sb_add_text(&person, of_room->people[i].nickname);
    sb_add_json(&people, sb_end(&person));
  }
  sb_store(of_room->room_id, sb_end(&people));
}

int queue_find(const queue *of_room, sb_text member_id) {
  for (int i = 0; i < of_room->count; i++)
    if (sb_equal(of_room->people[i].member_id, member_id)) return i;
  return -1;
}

bool queue_add(queue *of_room, waiting person) {
  if (of_room->count == LONGEST_QUEUE) return false;
  of_room->people[of_room->count++] = person;
  return true;
}

waiting queue_take(queue *of_room, int at) {
  waiting taken = of_room->people[at];
  of_room->count--;
  for (int i = at; i < of_room->count; i++) of_room->people[i] = of_room->people[i + 1];
  return taken;
}

sb_text queue_names(const queue *of_room) {
  sb_text names = SB("");
  for (int i = 0; i < of_room->count; i++)
    names = sb_join(3, names, i == 0 ? SB("") : SB(", "), of_room->people[i].nickname);
  return names;
}

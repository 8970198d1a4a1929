#ifndef QUEUE_H
#define QUEUE_H

#include "switchboard.h"

enum { LONGEST_QUEUE = 50 };

typedef struct {
  /** Ends with the visit. */
  sb_text member_id;
  sb_text nickname;
} waiting;

/** Whose hands are up in one room, the longest first. */
typedef struct {
  sb_text room_id;
  int count;
  waiting people[LONGEST_QUEUE];
} queue;

/** As it was stored. */
queue *queue_of(sb_text room_id);
void queue_store(const queue *of_room);

/** −1 for nobody. */
int queue_find(const queue *of_room, sb_text member_id);
/** False if there are as many as there may be. */
bool queue_add(queue *of_room, waiting person);
waiting queue_take(queue *of_room, int at);
/** `Ada, Ben, Zoë` */
sb_text queue_names(const queue *of_room);

#endif

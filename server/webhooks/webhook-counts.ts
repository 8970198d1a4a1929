import { Injectable } from '@nestjs/common';

/** What has become of deliveries since the start. */
@Injectable()
export class WebhookCounts {
  delivered = 0;
  /** Attempts, of which a delivery may have several. */
  failed = 0;
  /** Deliveries that will not be tried again. */
  givenUp = 0;
  /** Events that found the queue of their webhook full, or could not be stored. */
  dropped = 0;
}

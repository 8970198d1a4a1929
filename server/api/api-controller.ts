import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';

/** A controller of the REST API, at `/api/` and `path`; its routes stand under `tag` in the document. */
export function ApiController(path: string, tag: string): ClassDecorator {
  return applyDecorators(Controller(`api/${path}`), ApiTags(tag));
}

import { appEndpoints } from './app-endpoints.ts';
import { fieldEndpoints } from './bitable/field-endpoints.ts';
import { recordReadEndpoints } from './bitable/record-reads.ts';
import { recordWriteEndpoints } from './bitable/record-writes.ts';
import { tableEndpoints } from './bitable/table-endpoints.ts';
import { viewEndpoints } from './bitable/view-endpoints.ts';
import { cardUpdateEndpoints } from './card-update.ts';
import { chatEndpoints } from './chat-endpoints.ts';
import { departmentEndpoints } from './contact-departments.ts';
import { userEndpoints } from './contact-users.ts';
import { blockEndpoints } from './docs/block-endpoints.ts';
import { convertEndpoints } from './docs/convert-endpoint.ts';
import { documentEndpoints } from './docs/document-endpoints.ts';
import { readingEndpoints } from './docs/reading-endpoints.ts';
import { wikiEndpoints } from './docs/wiki-endpoints.ts';
import { driveEndpoints } from './drive-endpoints.ts';
import { driveFileEndpoints } from './drive-files.ts';
import type { Endpoint } from './endpoint.ts';
import { imageEndpoints } from './image-endpoint.ts';
import { changeEndpoints } from './message-change.ts';
import { readEndpoints } from './message-read.ts';
import { resourceEndpoints } from './message-resource.ts';
import { sendEndpoints } from './message-send.ts';
import { pinEndpoints } from './pin-endpoints.ts';

/** Everything of the open API that is simulated, except the token endpoints. */
export const endpoints: readonly Endpoint[] = [
  ...appEndpoints,
  ...sendEndpoints,
  ...changeEndpoints,
  ...readEndpoints,
  ...resourceEndpoints,
  ...pinEndpoints,
  ...cardUpdateEndpoints,
  ...chatEndpoints,
  ...imageEndpoints,
  ...userEndpoints,
  ...departmentEndpoints,
  ...tableEndpoints,
  ...fieldEndpoints,
  ...viewEndpoints,
  ...recordWriteEndpoints,
  ...recordReadEndpoints,
  ...driveEndpoints,
  ...driveFileEndpoints,
  ...documentEndpoints,
  ...convertEndpoints,
  ...blockEndpoints,
  ...wikiEndpoints,
  ...readingEndpoints,
];

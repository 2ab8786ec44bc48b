import { endpointsOf } from '#platform/http/serve.ts';
import { packageVersion } from '../package-version.ts';
import { API_CONTROLLERS } from './controllers.ts';
import { openApiDocument } from './openapi.ts';

/** The document of this program's API, as the server gives it. */
export function apiDocument(): object {
  return openApiDocument(endpointsOf(API_CONTROLLERS), packageVersion());
}

/** The same as the file that is kept beside the code. */
export function openApiText(): string {
  return `${JSON.stringify(apiDocument(), null, 2)}\n`;
}

import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Lets } from '#platform/http/serve.ts';

/** The document of the API, made once. */
export class ApiDocument {
  constructor(readonly document: object) {}
}

@Controller('api')
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly api: ApiDocument) {}

  @Get('openapi.json')
  @Lets('open')
  openApi(): object {
    return this.api.document;
  }

  /** Swagger's page, without a script in it: the policy of the server allows none. */
  @Get('docs')
  @Lets('open')
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return PAGE;
  }

  @Get('docs/start.js')
  @Lets('open')
  @Header('content-type', 'text/javascript; charset=utf-8')
  start(): string {
    return START;
  }
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sprintlab API</title>
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/api/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** The header marks a write with a login as one of a page of this server. */
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  requestInterceptor: (request) => ({ ...request, headers: { ...request.headers, 'X-Sprintlab': '1' } }),
});
`;

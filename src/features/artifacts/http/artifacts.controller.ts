import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { ArtifactListsService } from '../artifact-lists.service.ts';
import { ArtifactsService } from '../artifacts.service.ts';
import { imageTypeOf, previewOf } from '../domain/preview.ts';
import { listArtifacts, previewArtifact, readArtifact } from './artifacts.endpoints.ts';

@Controller('api/v1')
export class ArtifactsController {
  constructor(
    @Inject(ArtifactListsService) private readonly lists: ArtifactListsService,
    @Inject(ArtifactsService) private readonly artifacts: ArtifactsService,
  ) {}

  @Serve(listArtifacts)
  list({ query }: Asked<typeof listArtifacts>): Promise<Answered<typeof listArtifacts>> {
    return this.lists.page(query, query);
  }

  /** Only images are shown in place, and nothing in them may run: the policy of this answer allows no source at all. */
  @Serve(readArtifact)
  async read(
    { params }: Asked<typeof readArtifact>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered<typeof readArtifact>> {
    const { hash, name } = await this.artifacts.get(params.hash);
    const image = imageTypeOf(name);
    const bytes = await this.artifacts.read(hash);
    void reply.headers({
      'content-type': image ?? 'application/octet-stream',
      'content-disposition': `${image === null ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(name)}`,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
    return bytes;
  }

  @Serve(previewArtifact)
  async preview({ params }: Asked<typeof previewArtifact>): Promise<Answered<typeof previewArtifact>> {
    const artifact = await this.artifacts.get(params.hash);
    return previewOf(artifact, await this.artifacts.read(artifact.hash));
  }
}

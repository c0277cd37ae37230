import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to a provider's API. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** As UTF-8. */
  readonly body: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly body: string;
}

/** An API on loopback. null: unknown address. */
export async function serveApi(answer: (asked: ApiRequest) => ApiAnswer | null | Promise<ApiAnswer | null>) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const said = await answer({
      method: request.method ?? '',
      url: new URL(request.url ?? '/', 'http://provider'),
      headers: request.headers,
      body: bytes.toString('utf8'),
      bytes,
    });
    response.writeHead(said ? (said.status ?? 200) : 404, { 'content-type': 'application/json' });
    response.end(said?.body ?? '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((ended) => server.close(ended));
    },
  };
}

export type ServedApi = Awaited<ReturnType<typeof serveApi>>;

/** An uploaded file. */
export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The file in a field of a form; null where there is none. */
export async function uploadedIn(
  { bytes, headers }: ApiRequest,
  field: string,
): Promise<UploadedFile | null> {
  const contentType = headers['content-type'] ?? '';
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const file = form.get(field);
  return file instanceof File ? { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) } : null;
}

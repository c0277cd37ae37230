import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { ApiDeps } from './api/context.ts';
import { api } from './api/routes.ts';

export const API_PREFIX = '/api/v1';

/** The schemas of the routes check what comes, shape what goes, and are told by `app.swagger()`. Before the routes. */
export async function setUpSchemas(app: FastifyInstance, version: string): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Otklik',
        version,
        description: 'Waits, people, channels and reports. Times are ISO 8601 in UTC.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** A route keeps what is behind it until it is asked, and no route is asked for the document. */
const NOTHING_BEHIND = {} as ApiDeps;

type OpenApiDocument = Exclude<ReturnType<FastifyInstance['swagger']>, string>;

/** /api/v1/openapi.json without a database or a port. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const app = Fastify();
  await setUpSchemas(app, '0');
  await app.register(async (routes) => api(routes, NOTHING_BEHIND), { prefix: API_PREFIX });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

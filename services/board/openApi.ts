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

/** Routes check and answer by their schemas, and `app.swagger()` lists them. Call it before the routes. */
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

/** The document asks no route, so nothing of this is used. */
const NOTHING_BEHIND = {} as ApiDeps;

type OpenApiDocument = Exclude<ReturnType<FastifyInstance['swagger']>, string>;

/** /api/v1/openapi.json, without a database or a port. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const app = Fastify();
  await setUpSchemas(app, '0');
  await app.register(async (routes) => api(routes, NOTHING_BEHIND), { prefix: API_PREFIX });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
